"""Verification by short string ("SAS"): what happens when somebody taps "Verify" on the bot in their app.

nio knows no request for verification, so the protocol is ours: `flow` decides, `sas` calculates, `answering` talks.
"""
