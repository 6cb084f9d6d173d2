"""Makes the sentence model that questions are compared with: published weights → a small graph for onnxruntime."""
