"""What a claim rests on: each module measures one thing beside another in the same run, and says both."""
