"""The review list: what a volunteer should look at, in five minutes a week."""
