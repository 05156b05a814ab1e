"""Who is who, and who may do what: accounts, roles, paired devices, PINs, second factors and one-time links.

It owns no session: sessions, cookies and sockets are the gateway's, reached through `ports.Sessions`. It owns no customer and
no technician either; an account merely names the technician whose tablet it opens.
"""
