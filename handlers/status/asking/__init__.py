"""What is answered to whoever asks how a service is."""
