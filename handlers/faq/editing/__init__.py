"""The bank, changed from chat: a change is checked, shown as a difference, and kept once somebody who may says so."""
