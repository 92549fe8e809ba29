"""Exports in other languages than English, in the layouts of the programs."""
from .base import ADA_BEN, put, rows, write_csv
from .exports import table

OUTLOOK = {
    'de': 'Vorname;Weitere Vornamen;Nachname;Firma;Telefon (privat);E-Mail-Adresse;E-Mail-Typ;E-Mail: Angezeigter Name;E-Mail 2: Adresse;E-Mail 2: Typ;Notizen',
    'fr': 'Prénom;Deuxième prénom;Nom;Société;Téléphone (domicile);Adresse de messagerie;Type de messagerie;Nom complet de l’adresse de messagerie;Adresse de messagerie 2;Type de messagerie 2;Notes',
    'es': 'Nombre;Segundo nombre;Apellidos;Organización;Particular;Dirección de correo electrónico;Tipo de correo electrónico;Nombre de pantalla de correo electrónico;Dirección del correo electrónico 2;Tipo de correo electrónico 2;Notas',
    'it': 'Nome;Secondo nome;Cognome;Società;Abitazione;Indirizzo posta elettronica;Tipo posta elettronica;Nome visualizzato posta elettronica;Indirizzo posta elettronica 2;Tipo posta elettronica 2;Notizie',
    'nl': 'Voornaam;Middelste naam;Achternaam;Bedrijf;Telefoon thuis;E-mailadres;Type e-mail;Weergavenaam voor e-mail;E-mailadres 2;Type e-mail 2;Notities',
}
THUNDERBIRD = {
    'de': 'Vorname;Nachname;Anzeigename;Spitzname;Primäre E-Mail-Adresse;Sekundäre E-Mail-Adresse;Messenger-Name;Tel. dienstlich;Notizen',
    'fr': 'Prénom;Nom de famille;Nom à afficher;Surnom;Première adresse électronique;Adresse électronique secondaire;Pseudonyme;Tél. professionnel;Notes',
    'it': 'Nome;Cognome;Nome visualizzato;Soprannome;Email primaria;Email secondaria;Nome utente;Tel. lavoro;Note',
    'pl': 'Imię;Nazwisko;Wyświetlana nazwa;Pseudonim;Główny adres e-mail;Drugi adres e-mail;Nazwa ekranowa;Telefon służbowy;Notatki',
    'ru': 'Имя;Фамилия;Отображаемое имя;Псевдоним;Основная эл. почта;Дополнительная эл. почта;Имя в чате;Рабочий телефон;Заметки',
}
FORMS = {
    'de': 'Zeitstempel;E-Mail-Adresse;Vor- und Nachname',
    'fr': 'Horodateur;Adresse e-mail;Nom et prénom',
    'es': 'Marca temporal;Dirección de correo electrónico;Nombre y apellidos',
    'it': 'Informazioni cronologiche;Indirizzo email;Nome e cognome',
    'pt': 'Carimbo de data/hora;Endereço de e-mail;Nome completo',
    'nl': 'Tijdstempel;E-mailadres;Naam',
    'pl': 'Sygnatura czasowa;Adres e-mail;Imię i nazwisko',
    'cs': 'Časové razítko;E-mailová adresa;Jméno a příjmení',
    'sv': 'Tidstämpel;E-postadress;Namn',
    'da': 'Tidsstempel;Mailadresse;Navn',
    'no': 'Tidsmerke;E-postadresse;Navn',
    'fi': 'Aikaleima;Sähköpostiosoite;Nimi',
    'hu': 'Időbélyeg;E-mail-cím;Teljes név',
    'tr': 'Zaman damgası;E-posta Adresi;Adınız Soyadınız',
    'el': 'Χρονική σήμανση;Διεύθυνση ηλεκτρονικού ταχυδρομείου;Ονοματεπώνυμο',
    'ru': 'Отметка времени;Адрес электронной почты;ФИО',
    'uk': 'Позначка часу;Електронна адреса;Ім’я та прізвище',
    'ar': 'طابع زمني;عنوان البريد الإلكتروني;الاسم الكامل',
    'zh': '时间戳记;电子邮件地址;姓名',
    'ja': 'タイムスタンプ;メールアドレス;お名前',
    'ko': '타임스탬프;이메일 주소;이름',
}


def make():
    want = ADA_BEN
    for language, headings in OUTLOOK.items():
        data = write_csv([headings.split(';'),
                          ['Ada', '', 'Muster', 'A', '1', 'ada@example.org', 'SMTP', 'Ada Muster (ada@example.org)', 'ada@example.net', 'SMTP', ''],
                          ['Ben', '', 'Beispiel', 'B', '2', 'ben@example.org', 'SMTP', 'Ben Beispiel (ben@example.org)', '', '', '']], 'cp1252')
        put(f'export-outlook-{language}.csv', data, want)
    for language, headings in THUNDERBIRD.items():
        put(f'export-thunderbird-{language}.csv', write_csv([
            headings.split(';'), ['Ada', 'Muster', 'Ada Muster', '', 'ada@example.org', 'ada@example.net', '', '', ''],
            ['Ben', 'Beispiel', 'Ben Beispiel', 'Benny', 'ben@example.org', '', '', '030 1', '']]), want)
    for language, headings in FORMS.items():
        table(f'export-forms-{language}.csv', f'''
{headings}
2026/10/01 10:00:00 AM GMT+2;ada@example.org;Ada Muster
2026/10/01 11:00:00 AM GMT+2;ben@example.org;Ben Beispiel
''', want)
    schools(want)
    clubs(want)


def schools(want):
    table('export-schild.csv', '''
Interne ID-Nummer;Nachname;Vorname;Klasse;Geburtsdatum;Geschlecht;E-Mail (privat);schulische E-Mail-Adresse;Telefon-Nr.;Straße;Postleitzahl;Ortsname
4711;Muster;Ada;5a;01.02.2015;w;;ada@example.org;;Weg 1;12345;Ulm
4712;Beispiel;Ben;5b;02.03.2015;m;;ben@example.org;;Weg 2;12345;Ulm
''', want, 'refuse: columns', delimiter=';', encoding='cp1252', about='One of the two columns of addresses is empty.')
    both = '''
Nachname;Vorname;Klasse;E-Mail (privat);schulische E-Mail-Adresse
Muster;Ada;5a;ada@example.net;ada@example.org
Beispiel;Ben;5b;ben@example.net;ben@example.org
'''
    private = [('ada@example.net', 'Ada Muster'), ('ben@example.net', 'Ben Beispiel')]
    table('export-schild-both.csv', both, 'refuse: columns', ['warn: schulische', *private], ['warn: privat', *want], delimiter=';',
          about='Which of two good addresses is meant, only the user knows; or it is said.')
    table('export-schild-both-named.csv', both, want, delimiter=';', settings=['columns = { email = "schulische E-Mail-Adresse" }'])
    put('export-untis-gpu004.txt', '"MUS";"Muster";;;;;;;;;;;;;;;;;;;;;;;;;;;"Ada";;;"ada@example.org"\r\n'
        '"BEI";"Beispiel";;;;;;;;;;;;;;;;;;;;;;;;;;;"Ben";;;"ben@example.org"\r\n', want, 'refuse: heading', 'refuse: columns',
        about='Untis writes no headings.')
    table('export-webuntis.csv', '''
name;longName;foreName;gender;birthDate;klasse.name;entryDate;exitDate;text;id;externKey;medicalReportDuty;schulpflicht;majority;address.email;address.mobile;address.phone
MusterAda;Muster;Ada;W;01.02.2015;5a;;;;101;;;;;ada@example.org;;
BeispielBen;Beispiel;Ben;M;02.03.2015;5b;;;;102;;;;;ben@example.org;;
''', want, [(*want[0], 'id=101'), (*want[1], 'id=102')], 'refuse: columns', delimiter='\t', about='`name` is a short name.')
    table('export-iserv.csv', '''
Import-ID;Account;Vorname;Nachname;Klasse/Information;E-Mail;Status
17;ada.muster;Ada;Muster;5a;ada@example.org;aktiv
18;ben.beispiel;Ben;Beispiel;5b;ben@example.org;aktiv
''', want, [(*want[0], 'id=17'), (*want[1], 'id=18')], 'refuse: status aktiv', delimiter=';')
    table('export-pronote.csv', '''
NOM;PRENOM;CLASSE;DATE_NAISS;EMAIL;EMAIL_RESP1
MUSTER;Ada;5A;01/02/2015;ada@example.org;parent1@example.net
BEISPIEL;Ben;5B;02/03/2015;ben@example.org;parent2@example.net
''', [('ada@example.org', 'Ada MUSTER'), ('ben@example.org', 'Ben BEISPIEL')], delimiter=';', encoding='cp1252')
    table('export-parents.csv', '''
Klasse;Name;Vorname;E-Mail Mutter;E-Mail Vater
5a;Muster;Ada;mutter.a@example.org;vater.a@example.org
5b;Beispiel;Ben;mutter.b@example.org;
''', 'refuse: columns email', delimiter=';', about='No address is the child\'s own.')


def clubs(want):
    table('export-jverein.csv', '''
id;externemitgliedsnummer;adressierungszusatz;personenart;anrede;titel;name;vorname;strasse;plz;ort;geburtsdatum;geschlecht;telefonprivat;handy;email;eintritt;austritt
17;;;n;Frau;Dr.;Muster;Ada;Weg 1;12345;Ulm;01.02.1975;w;;;ada@example.org;01.01.2020;
18;;;n;Herr;;Beispiel;Ben;Weg 2;12345;Ulm;02.03.1975;m;;;ben@example.org;01.01.2021;
''', want, [(*want[0], 'id=17'), (*want[1], 'id=18')], delimiter=';')
    table('export-verein-excel.csv', '''
Mitgl.-Nr.;Anrede;Titel;Name, Vorname;Straße;PLZ;Ort;E-Mail-Adresse;Eintritt
17;Frau;Dr.;Muster, Ada;Weg 1;12345;Ulm;ada@example.org;01.01.2020
18;Herr;;Beispiel, Ben;Weg 2;12345;Ulm;ben@example.org;01.01.2021
''', want, delimiter=';', encoding='cp1252')
    table('export-eventbrite-de.csv', '''
Bestellnr.;Bestelldatum;Vorname;Nachname;E-Mail;Anzahl;Tickettyp;Teilnehmer-Nr.;Teilnehmerstatus;Vorname des Käufers;Nachname des Käufers;E-Mail-Adresse des Käufers
7001;01.10.2026;Ada;Muster;ada@example.org;1;Standard;9001;Nimmt teil;Cleo;Probe;cleo@example.org
7001;01.10.2026;Ben;Beispiel;ben@example.org;1;Standard;9002;Nimmt teil;Cleo;Probe;cleo@example.org
''', want, 'refuse: status nimmt')
    table('export-pretix-de.csv', '''
Bestellnummer;Name des Teilnehmers;Name des Teilnehmers: Vorname;Name des Teilnehmers: Nachname;Produkt;Preis;Eingecheckt;E-Mail-Adresse;Firma
A1B2C;Ada Muster;Ada;Muster;Standard;0,00;;ada@example.org;
D3E4F;Ben Beispiel;Ben;Beispiel;Standard;0,00;;ben@example.org;
''', want, delimiter=';')
    table('export-moodle-es.csv', '''
Nombre;Apellido(s);Número de ID;Institución;Departamento;Dirección de correo;Última descarga desde este curso
Ada;Muster;;;;ada@example.org;1790000000
Ben;Beispiel;;;;ben@example.org;1790000000
''', want)
    table('export-moodle-fr.csv', '''
Prénom;Nom de famille;Numéro d'identification;Institution;Département;Adresse de courriel
Ada;Muster;;;;ada@example.org
Ben;Beispiel;;;;ben@example.org
''', want)
    table('names-de.csv', 'Name;Vorname;E-Mail\nMuster;Ada;ada@example.org\nBeispiel;Ben;ben@example.org', want, delimiter=';')
    table('names-nl.csv', 'Naam;Voornaam;Tussenvoegsel;E-mail\nBerg;Ada;van den;ada@example.org\nBeispiel;Ben;;ben@example.org',
          [('ada@example.org', 'Ada van den Berg'), want[1]], delimiter=';')
    table('names-nl-last.csv', 'Voornaam;Tussenvoegsel;Achternaam;E-mail\nAda;de;Vries;ada@example.org\nBen;;Beispiel;ben@example.org',
          [('ada@example.org', 'Ada de Vries'), want[1]], delimiter=';')
    table('names-fr.csv', 'Nom;Prénom;Courriel\nMUSTER;Ada;ada@example.org\nBEISPIEL;Ben;ben@example.org',
          [('ada@example.org', 'Ada MUSTER'), ('ben@example.org', 'Ben BEISPIEL')], delimiter=';')
    table('names-sv.csv', 'Namn;Efternamn;E-post\nAda;Muster;ada@example.org\nBen;Beispiel;ben@example.org', want, delimiter=';')
    table('names-ru.csv', 'Фамилия;Имя;Отчество;Эл. почта\nИванова;Анна;Петровна;anna@example.org\nПетров;Борис;;boris@example.org',
          [('anna@example.org', 'Анна Петровна Иванова'), ('boris@example.org', 'Борис Петров')],
          [('anna@example.org', 'Иванова Анна Петровна'), ('boris@example.org', 'Петров Борис')], delimiter=';')
    table('names-hu.csv', 'Vezetéknév;Keresztnév;E-mail cím\nNagy;Ada;ada@example.org\nKis;Ben;ben@example.org',
          [('ada@example.org', 'Nagy Ada'), ('ben@example.org', 'Kis Ben')], [('ada@example.org', 'Ada Nagy'), ('ben@example.org', 'Ben Kis')],
          delimiter=';')
    table('names-ja.csv', '姓;名;メールアドレス\n山田;太郎;taro@example.org\n佐藤;花子;hanako@example.org',
          [('taro@example.org', '山田 太郎'), ('hanako@example.org', '佐藤 花子')], [('taro@example.org', '太郎 山田'), ('hanako@example.org', '花子 佐藤')],
          encoding='cp932')
    table('names-spanish-two.csv', 'Nombre;Primer apellido;Segundo apellido;Correo\nAda;García;López;ada@example.org\nBen;Ruiz;Pérez;ben@example.org',
          [('ada@example.org', 'Ada García López'), ('ben@example.org', 'Ben Ruiz Pérez')], delimiter=';')
    table('names-title.csv', 'Anrede;Titel;Vorname;Nachname;E-Mail\nFrau;Dr.;Ada;Muster;ada@example.org\nHerr;;Ben;Beispiel;ben@example.org',
          want, [('ada@example.org', 'Dr. Ada Muster'), want[1]], delimiter=';')
    table('names-none.csv', 'E-Mail;Klasse\nada@example.org;5a\nben@example.org;5b',
          ['warn: name', ('ada@example.org', 'ada'), ('ben@example.org', 'ben')], delimiter=';', about='No column has names: a note.')
    table('names-unknown-heading.csv', 'Wer kommt;E-Mail\nAda Muster;ada@example.org\nBen Beispiel;ben@example.org\nCleo Probe;cleo@example.org',
          'refuse: columns name Wer', [*want, ('cleo@example.org', 'Cleo Probe')], delimiter=';')
    table('names-unknown-heading-named.csv', 'Wer kommt;E-Mail\nAda Muster;ada@example.org\nBen Beispiel;ben@example.org', want,
          delimiter=';', settings=['columns = { name = "Wer kommt" }'])
