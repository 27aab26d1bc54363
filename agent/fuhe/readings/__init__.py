"""What each text means: values, phrases, rows and forms as rules see them; every question of meaning has one owner here."""
