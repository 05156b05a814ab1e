# The talk before and during a service

talk-skin = Skin type
talk-preferences = Wishes and preferences
talk-note = Note on this visit
talk-allergy = New allergy or intolerance
talk-allergy-hint = Kept encrypted. Whoever starts next time has to read it first.
talk-allergy-agreed = The customer agrees that we keep this
talk-keep = Save
talk-nothing = Nothing is noted yet.
talk-no-name = This guest gave no name, so nothing can be kept about them.
talk-skin-normal = Normal
talk-skin-dry = Dry
talk-skin-oily = Oily
talk-skin-combination = Combination
talk-skin-sensitive = Sensitive
