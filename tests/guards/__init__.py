"""Takes guards out of the code, one after the other, and sees whether the tests notice: `make guards`."""
