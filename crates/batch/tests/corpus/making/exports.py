"""Exports of programs in their own column layouts, in English. All people are made up."""
from .base import ADA_BEN, put, rows, write_csv


def table(name, text, *alternatives, delimiter=',', encoding='utf-8', **options):
    """Writes rows that are given with `;` between cells as the program's own dialect."""
    put(name, write_csv(rows(text), encoding, delimiter=delimiter), *alternatives, **options)


def make():
    tickets()
    calls()
    contacts()
    directories()


def tickets():
    want = ADA_BEN
    table('export-eventbrite.csv', '''
Order #;Order Date;First Name;Last Name;Email;Quantity;Price Tier;Ticket Type;Attendee #;Group;Order Type;Currency;Attendee Status;Buyer Last Name;Buyer First Name;Buyer Email
7001;2026-10-01 10:00:00+02:00;Ada;Muster;ada@example.org;1;;Standard;9001;;Free Order;EUR;Attending;Probe;Cleo;cleo@example.org
7001;2026-10-01 10:00:00+02:00;Ben;Beispiel;ben@example.org;1;;Standard;9002;;Free Order;EUR;Attending;Probe;Cleo;cleo@example.org
''', want, encoding='utf-8-sig')
    table('export-eventbrite-buyer-first.csv', '''
Order ID;Order date;Buyer first name;Buyer last name;Buyer email;Attendee first name;Attendee Surname;Attendee email;Attendee Status;Ticket type
7001;2026-10-01;Cleo;Probe;cleo@example.org;Ada;Muster;ada@example.org;Attending;Standard
7001;2026-10-01;Cleo;Probe;cleo@example.org;Ben;Beispiel;ben@example.org;Attending;Standard
''', want)
    table('export-luma.csv', '''
api_id;name;first_name;last_name;email;phone_number;created_at;approval_status;checked_in_at;custom_source;qr_code_url;amount;ticket_name
gst-1;Ada Muster;Ada;Muster;ada@example.org;;2026-10-01T10:00:00.000Z;approved;;;https://example.com/check-in/1;€0.00;Standard
gst-2;Ben Beispiel;Ben;Beispiel;ben@example.org;;2026-10-01T11:00:00.000Z;approved;;;https://example.com/check-in/2;€0.00;Standard
''', want)
    table('export-tito.csv', '''
Number;Ticket Created Date;Ticket Last Updated Date;Ticket;Ticket Full Name;Ticket First Name;Ticket Last Name;Ticket Email;Ticket Company Name;Ticket Phone Number;Event;Void Status;Price;Ticket Reference;Tags;Unique Ticket URL;Order Reference;Order Name;Order Email;Order Company Name
1;2026-10-01;2026-10-01;Early;Ada Muster;Ada;Muster;ada@example.org;;;Conf;;0;AB1C-1;;https://example.com/1;AB1C;Cleo Probe;cleo@example.org;
2;2026-10-01;2026-10-01;Early;Ben Beispiel;Ben;Beispiel;ben@example.org;;;Conf;;0;AB1C-2;;https://example.com/2;AB1C;Cleo Probe;cleo@example.org;
''', want)
    table('export-pretix.csv', '''
Order code;Attendee name;Attendee name: Given name;Attendee name: Family name;Product;Price;Checked in;Automatically checked in;Secret;E-mail;Phone number;Company;Voucher code;Order date;Requires special attention;Comment;Seat ID;Street address;ZIP code
A1B2C;Ada Muster;Ada;Muster;Standard;0.00;;;abc;ada@example.org;;;;2026-10-01;No;;;;
D3E4F;Ben Beispiel;Ben;Beispiel;Standard;0.00;;;def;ben@example.org;;;;2026-10-01;No;;;;
''', want, delimiter=';')
    table('export-pretix-orders.csv', '''
Order code;Email;Order date;Status;Attendee name;Attendee email;Product
A1B2C;cleo@example.org;2026-10-01;paid;Ada Muster;ada@example.org;Standard
A1B2C;cleo@example.org;2026-10-01;paid;Ben Beispiel;ben@example.org;Standard
''', want, 'refuse: Status', settings=['ignore = ["Status"]'], about='Everybody has the same order, of somebody else.')
    put('export-meetup.xls', 'Name\tUser ID\tTitle\tEvent Host\tRSVP\tGuests\tRSVPed on\tJoined Group on\tURL of Member Profile\r\n'
        'Ada Muster\tuser 101\t\t\tYes\t0\tOctober 1, 2026 10:00 AM\tJanuary 1, 2020\thttps://example.com/members/101\r\n'
        'Ben Beispiel\tuser 102\t\t\tYes\t0\tOctober 1, 2026 11:00 AM\tJanuary 1, 2021\thttps://example.com/members/102\r\n',
        [('', 'Ada Muster', 'id=user 101'), ('', 'Ben Beispiel', 'id=user 102')], [('', 'Ada Muster'), ('', 'Ben Beispiel')],
        'refuse: email', 'refuse: address', about='Meetup gives no addresses.')


def calls():
    want = ADA_BEN
    put('export-webex.csv', b'\xff\xfe' + write_csv(rows('''
Meeting Name;Meeting Start Time;Meeting End Time;Name;Attendee Email;Join Time;Leave Time;Attendance Duration;Connection Type
Town hall;2026-10-01 10:00:00;2026-10-01 11:00:00;Ada Muster;ada@example.org;2026-10-01 10:00:10;2026-10-01 11:00:00;60 mins;Desktop app
Town hall;2026-10-01 10:00:00;2026-10-01 11:00:00;Ben Beispiel;ben@example.org;2026-10-01 10:00:20;2026-10-01 11:00:00;60 mins;Mobile app
'''), 'utf-16-le', dialect='excel-tab'), want)
    table('export-google-forms.csv', '''
Timestamp;Email Address;Your full name;Which day suits you?;Can we email you the minutes?
2026/10/01 10:00:00 AM GMT+2;ada@example.org;Ada Muster;Monday;Yes
2026/10/01 11:00:00 AM GMT+2;ben@example.org;Ben Beispiel;Tuesday;No
''', want)
    table('export-google-forms-username.csv', '''
Timestamp;Username;What is your name?;Comments
2026/10/01 10:00:00 AM GMT+2;ada@example.org;Ada Muster;
2026/10/01 11:00:00 AM GMT+2;ben@example.org;Ben Beispiel;See you
''', want, 'refuse: columns')
    table('export-google-forms-first-last.csv', '''
Timestamp;Email Address;First name;Last name;Name of your child
2026/10/01 10:00:00 AM GMT+2;ada@example.org;Ada;Muster;Cleo
2026/10/01 11:00:00 AM GMT+2;ben@example.org;Ben;Beispiel;Dan
''', want)
    table('export-microsoft-forms.csv', '''
Id;Start time;Completion time;Email;Name;Your name;Will you come?
1;10/1/26 10:00:00;10/1/26 10:01:00;ada@example.org;Ada Muster;Ada Muster;Yes
2;10/1/26 11:00:00;10/1/26 11:01:00;ben@example.org;Ben Beispiel;Ben Beispiel;Yes
''', [('ada@example.org', 'Ada Muster'), ('ben@example.org', 'Ben Beispiel')], 'refuse: columns')
    table('export-microsoft-forms-anonymous.csv', '''
ID;Start time;Completion time;Email;Name;Your email address;Your name
1;10/1/26 10:00:00;10/1/26 10:01:00;anonymous;;ada@example.org;Ada Muster
2;10/1/26 11:00:00;10/1/26 11:01:00;anonymous;;ben@example.org;Ben Beispiel
''', want, [('ada@example.org', 'Ada Muster', 'id=1'), ('ben@example.org', 'Ben Beispiel', 'id=2')], 'refuse: columns', 'refuse: anonymous',
          about='The columns Email and Name say nothing.')
    table('export-mailchimp.csv', '''
Email Address;First Name;Last Name;Address;Phone Number;Birthday;MEMBER_RATING;OPTIN_TIME;OPTIN_IP;CONFIRM_TIME;CONFIRM_IP;LATITUDE;LONGITUDE;GMTOFF;DSTOFF;TIMEZONE;CC;REGION;LAST_CHANGED;LEID;EUID;NOTES;TAGS
ada@example.org;Ada;Muster;1 Main Street  Ulm  89073  DE;;;4;;;2026-02-12 17:59:31;192.0.2.1;0;0;;;europe/berlin;de;;2026-02-12 18:06:58;33996391;8b66ccca37;;"""Board"""
ben@example.org;Ben;Beispiel;;;;2;;;2026-02-12 17:59:31;192.0.2.1;0;0;;;;;;2026-02-12 18:06:58;33996392;8b66ccca38;;
''', want)
    table('export-limesurvey-tokens.csv', '''
tid;firstname;lastname;email;emailstatus;token;language;validfrom;validuntil;invited;reminded;remindercount;completed;usesleft
1;Ada;Muster;ada@example.org;OK;abc;de;;;N;N;0;N;1
2;Ben;Beispiel;ben@example.org;OK;def;en;;;N;N;0;N;1
''', [('ada@example.org', 'Ada Muster', 'language=de'), ('ben@example.org', 'Ben Beispiel', 'language=en')], encoding='utf-8-sig')
    table('export-limesurvey-responses.csv', '''
id;Response ID;Date submitted;Last page;Start language;Token. Access code;Email. Your email address;Name. Your name
1;1;2026-10-01;2;en;abc;ada@example.org;Ada Muster
2;2;2026-10-01;2;en;def;ben@example.org;Ben Beispiel
''', want, 'refuse: columns')
    table('export-qualtrics-contacts.csv', '''
RecipientID;Email;FirstName;LastName;ExternalDataReference;Language;Unsubscribed;Link
MLRP_1;ada@example.org;Ada;Muster;17;EN;0;https://example.com/1
MLRP_2;ben@example.org;Ben;Beispiel;18;DE;0;https://example.com/2
''', want)


def contacts():
    want = ADA_BEN
    table('export-google-contacts.csv', '''
First Name;Middle Name;Last Name;Phonetic First Name;Phonetic Middle Name;Phonetic Last Name;Name Prefix;Name Suffix;Nickname;File As;Organization Name;Organization Title;Organization Department;Birthday;Notes;Photo;Labels;E-mail 1 - Label;E-mail 1 - Value;E-mail 2 - Label;E-mail 2 - Value;Phone 1 - Label;Phone 1 - Value
Ada;;Muster;;;;;;;;;;;;;https://example.com/photo.jpg;* myContacts;* Work;ada@example.org;Home;ada@example.net;Mobile;1
Ben;;Beispiel;;;;;;Benny;;;;;;;;* myContacts;*;ben@example.org;;;;
''', want)
    table('export-google-contacts-middle.csv', '''
First Name;Middle Name;Last Name;E-mail 1 - Label;E-mail 1 - Value
Ada;Maria;Muster;*;ada@example.org
Ben;;Beispiel;*;ben@example.org
''', [('ada@example.org', 'Ada Maria Muster'), want[1]], [('ada@example.org', 'Ada Muster'), want[1]])
    table('export-google-contacts-several.csv', '''
First Name;Last Name;E-mail 1 - Label;E-mail 1 - Value
Ada;Muster;*;ada@example.org ::: ada@example.net
Ben;Beispiel;*;ben@example.org
''', 'refuse: 2')
    table('export-google-contacts-old.csv', '''
Name;Given Name;Additional Name;Family Name;Yomi Name;Nickname;Group Membership;E-mail 1 - Type;E-mail 1 - Value;E-mail 2 - Type;E-mail 2 - Value
Ada Muster;Ada;;Muster;;;* myContacts;* Work;ada@example.org;;
Ben Beispiel;Ben;;Beispiel;;;* myContacts;*;ben@example.org;;
''', want, delimiter=',')
    table('export-outlook.csv', '''
First Name;Middle Name;Last Name;Title;Suffix;Nickname;Given Yomi;Surname Yomi;E-mail Address;E-mail 2 Address;E-mail 3 Address;Home Phone;Company;Job Title;Notes
Ada;;Muster;Dr.;;;;;ada@example.org;ada@example.net;;;A Ltd;;
Ben;;Beispiel;;;;;;ben@example.org;;;;B Ltd;;
''', want)
    table('export-outlook-exchange.csv', '''
First Name;Last Name;E-mail Address;E-mail Type;E-mail Display Name;E-mail 2 Address;E-mail 2 Type;E-mail 2 Display Name
Ada;Muster;/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=1c8d8c87-ada;EX;Ada Muster;;;
Ben;Beispiel;ben@example.org;SMTP;Ben Beispiel (ben@example.org);;;
''', 'refuse: 2 Exchange')
    table('export-thunderbird.csv', '''
First Name;Last Name;Display Name;Nickname;Primary Email;Secondary Email;Screen Name;Work Phone;Home Phone;Fax Number;Pager Number;Mobile Number;Home Address;Home City;Custom 1;Notes
Ada;Muster;Ada Muster;;ada@example.org;ada@example.net;;;;;;;;;;
Ben;Beispiel;Ben Beispiel;Benny;ben@example.org;;;;;;;;;;;
''', want)
    table('export-apple-contacts.csv', '''
First name;Last name;Company;E-mail (home);E-mail (work);Phone (mobile)
Ada;Muster;A Ltd;;ada@example.org;1
Ben;Beispiel;B Ltd;;ben@example.org;2
''', want, 'refuse: columns')
    table('export-home-and-work.csv', '''
First name;Last name;E-mail (home);E-mail (work)
Ada;Muster;ada@example.org;
Ben;Beispiel;;ben@example.org
''', want, 'refuse: columns', 'refuse: E-mail', about='Each column has the address of one of them.')


def directories():
    want = ADA_BEN
    guids = ['id=11111111-2222-3333-4444-555555555501', 'id=11111111-2222-3333-4444-555555555502']
    azure = '''
userPrincipalName;displayName;surname;mail;givenName;id;userType;jobTitle;department;accountEnabled;usageLocation;telephoneNumber;alternateEmailAddress
ada_example.org#EXT#@school.example.com;Ada Muster;Muster;ada@example.org;Ada;11111111-2222-3333-4444-555555555501;Guest;;;TRUE;DE;;
ben@school.example.com;Ben Beispiel;Beispiel;ben@example.org;Ben;11111111-2222-3333-4444-555555555502;Member;;;TRUE;DE;;ben@example.net
'''
    people = [(*person, guid) for person, guid in zip(want, guids)]
    table('export-azure.csv', azure, people, want)
    table('export-azure-no-mail.csv', '''
User principal name;Display name;First name;Last name;Object Id;Account enabled
ada@example.org;Ada Muster;Ada;Muster;11111111-2222-3333-4444-555555555501;TRUE
ben@example.org;Ben Beispiel;Ben;Beispiel;11111111-2222-3333-4444-555555555502;TRUE
''', want, people, 'refuse: columns')
    table('export-google-workspace.csv', '''
First Name [Required];Last Name [Required];Email Address [Required];Status [READ ONLY];Last Sign In [READ ONLY];Recovery Email;Home Secondary Email;Work Secondary Email;Org Unit Path [Required];Employee ID
Ada;Muster;ada@example.org;Active;2026-10-01;ada@example.net;;;/;17
Ben;Beispiel;ben@example.org;Active;2026-10-01;ben@example.net;;;/;18
''', want, 'refuse: status')
    table('export-moodle.csv', '''
First name;Last name;ID number;Institution;Department;Email address;Last downloaded from this course
Ada;Muster;a17;;;ada@example.org;1790000000
Ben;Beispiel;b18;;;ben@example.org;1790000000
''', [('ada@example.org', 'Ada Muster', 'id=a17'), ('ben@example.org', 'Ben Beispiel', 'id=b18')], want)
    table('export-moodle-participants.csv', '''
First name;Surname;Email address;Groups
Ada;Muster;ada@example.org;3b
Ben;Beispiel;ben@example.org;3c
''', want, encoding='utf-8-sig')
    table('export-moodle-upload.csv', '''
username;password;firstname;lastname;email;course1;role1;cohort1
amuster;secret-1;Ada;Muster;ada@example.org;math;student;3b
bbeispiel;secret-2;Ben;Beispiel;ben@example.org;math;student;3c
''', [*want, 'or', 'refuse: role1'])
    table('export-wordpress.csv', '''
ID;user_login;user_email;user_nicename;user_url;user_registered;display_name;first_name;last_name;role
1;amuster;ada@example.org;amuster;;2026-10-01 10:00:00;Ada Muster;Ada;Muster;subscriber
2;bbeispiel;ben@example.org;bbeispiel;;2026-10-01 10:00:00;Ben Beispiel;Ben;Beispiel;editor
''', 'refuse: 2 3 subscriber role', about='These roles say nothing about the meeting, and are never guessed.')
    table('export-wordpress-ignore.csv', '''
ID;user_login;user_email;display_name;first_name;last_name;role
1;amuster;ada@example.org;Ada Muster;Ada;Muster;subscriber
2;bbeispiel;ben@example.org;Ben Beispiel;Ben;Beispiel;editor
''', want, [('ada@example.org', 'Ada Muster', 'id=1'), ('ben@example.org', 'Ben Beispiel', 'id=2')], settings=['ignore = ["role"]'])
    table('export-civicrm.csv', '''
Contact ID;Contact Type;Sort Name;Display Name;First Name;Last Name;Email;Participant Status;Participant Role;Event Title
17;Individual;Muster, Ada;Ada Muster;Ada;Muster;ada@example.org;Registered;Attendee;Town hall
18;Individual;Beispiel, Ben;Ben Beispiel;Ben;Beispiel;ben@example.org;Registered;Attendee;Town hall
''', want)
    table('export-canvas.csv', '''
user_id;login_id;full_name;sortable_name;short_name;email;status
1001;amuster;Ada Muster;Muster, Ada;Ada;ada@example.org;active
1002;bbeispiel;Ben Beispiel;Beispiel, Ben;Ben;ben@example.org;active
''', want, [('ada@example.org', 'Ada Muster', 'id=1001'), ('ben@example.org', 'Ben Beispiel', 'id=1002')], 'refuse: status active')
    table('export-slack.csv', '''
username;email;status;billing-active;has-2fa;has-sso;userid;fullname;displayname
ada;ada@example.org;Member;1;0;0;U01;Ada Muster;ada
ben;ben@example.org;Member;1;0;0;U02;Ben Beispiel;ben
''', want, 'refuse: status')
