"""One story for each outage, made of what all sources say.

`signals` takes in what comes from outside; `mapping` finds out which service it is about, `conditions` keeps each
source's last word, and `machine` decides, purely, what becomes of the incident. `ticks` lets time pass. `commands`,
`acknowledging`, `maintenance` and `silences` are the maintainers' words, `deeds` what these do; `writing` remembers.
"""
