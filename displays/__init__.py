"""The screens, one a file: read functions from the store to a whole view. They decide what is shown; browsers only draw."""
