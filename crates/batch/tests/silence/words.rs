//! Headings and names in 22 languages, collected from exports and forms, not from the program.

/// What a list in one language is made from. Several headings are separated by `|`.
pub(crate) struct Words {
    pub(crate) language: &'static str,
    /// A Windows code page that has all its letters, for languages that are often saved in one.
    pub(crate) code_page: Option<&'static str>,
    /// Whether people of this language write the family name first.
    pub(crate) family_first: bool,
    pub(crate) email: &'static str,
    pub(crate) name: &'static str,
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    /// A heading that means the family name beside a first name.
    pub(crate) name_as_last: Option<&'static str>,
    pub(crate) role: Option<&'static str>,
    pub(crate) second_email: &'static str,
    pub(crate) other_email: &'static str,
    /// A question about mail that is answered with yes or no.
    pub(crate) consent: &'static str,
    pub(crate) yes_no: [&'static str; 2],
    pub(crate) phone: &'static str,
    pub(crate) company: &'static str,
    pub(crate) class: &'static str,
    pub(crate) date: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) number: &'static str,
    pub(crate) total: &'static str,
    pub(crate) first_names: [&'static str; 6],
    pub(crate) last_names: [&'static str; 6],
}

macro_rules! words {
    ($($language:literal $page:expr, $family_first:literal; email $email:literal; names $name:literal, $first:literal, $last:literal, $as_last:expr;
        role $role:expr; others $second:literal, $other:literal; consent $consent:literal $yes_no:expr;
        rest $phone:literal, $company:literal, $class:literal, $date:literal, $notes:literal, $number:literal, $total:literal;
        people $first_names:expr, $last_names:expr;)+) => {
        pub(crate) static WORDS: &[Words] = &[$(Words {
            language: $language, code_page: $page, family_first: $family_first, email: $email, name: $name, first: $first,
            last: $last, name_as_last: $as_last, role: $role, second_email: $second, other_email: $other, consent: $consent,
            yes_no: $yes_no, phone: $phone, company: $company, class: $class, date: $date, notes: $notes, number: $number,
            total: $total, first_names: $first_names, last_names: $last_names,
        }),+];
    };
}

words! {
    "en" Some("windows-1252"), false; email "Email|E-mail address|Email Address|Your email|Work Email";
        names "Name|Full name|Attendee name|Display Name", "First name|Given name", "Last name|Surname|Family Name", None;
        role Some("Role"); others "Secondary email|Alternate email|Email 2", "Buyer email|Billing email|Parent email";
        consent "May we email you?|Email opt-in" ["yes", "no"];
        rest "Phone|Mobile", "Company|Organization", "Class|Group", "Date of birth|Registered on", "Notes|Comments", "No.|#", "Total";
        people ["Alice", "Zoë", "Marcus", "Olivia", "Henry", "Grace"], ["Carter", "O'Brien", "Whitfield", "Nguyen", "Baker", "Smith-Jones"];
    "de" Some("windows-1252"), false; email "E-Mail|E-Mail-Adresse|Mailadresse|E-Mail Adresse|Email (dienstlich)";
        names "Name|Vor- und Nachname|Teilnehmer|Vollständiger Name", "Vorname|Rufname", "Nachname|Familienname", Some("Name");
        role Some("Rolle"); others "Zweite E-Mail|E-Mail 2|Weitere E-Mail", "E-Mail des Käufers|Rechnungs-E-Mail|E-Mail der Eltern";
        consent "E-Mail-Benachrichtigung|Infos per E-Mail?" ["ja", "nein"];
        rest "Telefon|Handy", "Firma|Organisation", "Klasse|Gruppe", "Geburtsdatum|Angemeldet am", "Bemerkung|Notizen", "Nr.|Lfd. Nr.", "Summe";
        people ["Jürgen", "Käthe", "Björn", "Anneliese", "Götz", "Sabine"], ["Müller", "Groß", "Schäfer", "Böhm", "Lindner", "Weiß"];
    "fr" Some("windows-1252"), false; email "Courriel|Adresse e-mail|Adresse électronique|E-mail|Adresse mail";
        names "Nom complet|Nom et prénom|Participant", "Prénom", "Nom de famille|Nom", Some("Nom");
        role Some("Rôle"); others "Courriel secondaire|E-mail 2", "E-mail de l'acheteur|Courriel de facturation|E-mail des parents";
        consent "Recevoir des e-mails ?" ["oui", "non"];
        rest "Téléphone|Portable", "Société|Organisme", "Classe|Groupe", "Date de naissance|Inscrit le", "Remarques|Notes", "N°|Numéro", "Total";
        people ["Éloïse", "François", "Hélène", "Benoît", "Océane", "Rémi"], ["Lefèvre", "Dubois", "Gagné", "Bélanger", "Moreau", "Côté"];
    "es" Some("windows-1252"), false; email "Correo electrónico|Correo|Dirección de correo electrónico|E-mail";
        names "Nombre completo|Nombre y apellidos|Asistente", "Nombre", "Apellidos|Apellido", None;
        role Some("Rol"); others "Correo secundario|Correo 2", "Correo del comprador|Correo de facturación|Correo de los padres";
        consent "¿Recibir correos?" ["sí", "no"];
        rest "Teléfono|Móvil", "Empresa|Organización", "Clase|Grupo", "Fecha de nacimiento|Fecha de registro", "Notas|Observaciones", "N.º|Número", "Total";
        people ["José", "María", "Ángel", "Lucía", "Íñigo", "Begoña"], ["García", "Núñez", "Pérez", "Ibáñez", "Ruiz", "López"];
    "it" Some("windows-1252"), false; email "E-mail|Indirizzo email|Posta elettronica|Indirizzo e-mail";
        names "Nome completo|Nome e cognome|Partecipante", "Nome", "Cognome", None;
        role Some("Ruolo"); others "Email secondaria|E-mail 2", "Email dell'acquirente|Email di fatturazione|Email dei genitori";
        consent "Ricevere e-mail?" ["sì", "no"];
        rest "Telefono|Cellulare", "Azienda|Società", "Classe|Gruppo", "Data di nascita|Data di iscrizione", "Note|Osservazioni", "N.|Numero", "Totale";
        people ["Niccolò", "Giulia", "Andrea", "Loredana", "Matteo", "Noè"], ["Rossi", "Bianchi", "Cantù", "D'Angelo", "Ferrari", "Greco"];
    "pt" Some("windows-1252"), false; email "E-mail|Endereço de e-mail|Correio eletrónico|Email";
        names "Nome completo|Participante", "Nome|Primeiro nome", "Sobrenome|Apelido", None;
        role Some("Função"); others "E-mail secundário|E-mail 2", "E-mail do comprador|E-mail de cobrança|E-mail dos pais";
        consent "Receber e-mails?" ["sim", "não"];
        rest "Telefone|Celular", "Empresa|Organização", "Turma|Grupo", "Data de nascimento|Data de inscrição", "Observações|Notas", "N.º|Número", "Total";
        people ["João", "Inês", "Antônio", "Conceição", "Luísa", "Tomé"], ["Gonçalves", "Araújo", "Silva", "Magalhães", "Simões", "Pereira"];
    "nl" Some("windows-1252"), false; email "E-mail|E-mailadres|Mailadres";
        names "Naam|Volledige naam|Deelnemer", "Voornaam", "Achternaam|Familienaam", Some("Naam");
        role Some("Rol"); others "Tweede e-mail|E-mail 2", "E-mail koper|Factuur e-mail|E-mail ouders";
        consent "E-mail ontvangen?" ["ja", "nee"];
        rest "Telefoon|Mobiel", "Bedrijf|Organisatie", "Klas|Groep", "Geboortedatum|Ingeschreven op", "Opmerkingen|Notities", "Nr.|Nummer", "Totaal";
        people ["Zoë", "Daan", "Geïsa", "Maarten", "Anouk", "Jørn"], ["Jansen", "Bakker", "Coënen", "Visser", "Smit", "Mulder"];
    "pl" Some("windows-1250"), false; email "E-mail|Adres e-mail|Poczta elektroniczna";
        names "Imię i nazwisko|Uczestnik", "Imię", "Nazwisko", None;
        role Some("Rola"); others "Drugi e-mail|E-mail 2", "E-mail kupującego|E-mail do faktury|E-mail rodzica";
        consent "Zgoda na e-mail" ["tak", "nie"];
        rest "Telefon|Komórka", "Firma|Organizacja", "Klasa|Grupa", "Data urodzenia|Data zgłoszenia", "Uwagi|Notatki", "Lp.|Nr", "Razem";
        people ["Łukasz", "Małgorzata", "Grażyna", "Paweł", "Józef", "Zofia"], ["Żółć", "Wiśniewska", "Dąbrowski", "Święch", "Kowalska", "Nowak"];
    "cs" Some("windows-1250"), false; email "E-mail|E-mailová adresa|Elektronická pošta";
        names "Jméno a příjmení|Celé jméno|Účastník", "Jméno|Křestní jméno", "Příjmení", None;
        role None; others "Druhý e-mail|E-mail 2", "E-mail kupujícího|Fakturační e-mail|E-mail rodiče";
        consent "Zasílat e-maily?" ["ano", "ne"];
        rest "Telefon|Mobil", "Firma|Organizace", "Třída|Skupina", "Datum narození|Datum přihlášení", "Poznámka|Poznámky", "Č.|Číslo", "Celkem";
        people ["Jiří", "Božena", "Zdeněk", "Růžena", "Ondřej", "Věra"], ["Dvořák", "Němcová", "Šťastný", "Řehoř", "Novák", "Kučera"];
    "sv" Some("windows-1252"), false; email "E-post|E-postadress|Mejladress";
        names "Namn|Fullständigt namn|Deltagare", "Förnamn", "Efternamn", None;
        role Some("Roll"); others "Andra e-post|E-post 2", "Köparens e-post|Faktura e-post|Förälders e-post";
        consent "Få e-post?" ["ja", "nej"];
        rest "Telefon|Mobil", "Företag|Organisation", "Klass|Grupp", "Födelsedatum|Anmäld", "Anteckningar|Kommentarer", "Nr|Löpnummer", "Summa";
        people ["Åsa", "Björn", "Märta", "Göran", "Linnéa", "Örjan"], ["Ångström", "Sjöberg", "Lindqvist", "Åkesson", "Bergström", "Ek"];
    "da" Some("windows-1252"), false; email "E-mail|E-mailadresse|Mailadresse";
        names "Navn|Fulde navn|Deltager", "Fornavn", "Efternavn", None;
        role None; others "Anden e-mail|E-mail 2", "Købers e-mail|Faktura e-mail|Forældres e-mail";
        consent "Modtag e-mail?" ["ja", "nej"];
        rest "Telefon|Mobil", "Firma|Organisation", "Klasse|Gruppe", "Fødselsdato|Tilmeldt", "Bemærkninger|Noter", "Nr.|Løbenummer", "I alt";
        people ["Søren", "Åse", "Jørgen", "Kirsten", "Bjørn", "Mette"], ["Sørensen", "Kjær", "Østergaard", "Nørgaard", "Holm", "Lund"];
    "no" Some("windows-1252"), false; email "E-post|E-postadresse|Epost";
        names "Navn|Fullt navn|Deltaker", "Fornavn", "Etternavn", None;
        role None; others "Alternativ e-post|E-post 2", "Kjøpers e-post|Faktura e-post|Foresattes e-post";
        consent "Motta e-post?" ["ja", "nei"];
        rest "Telefon|Mobil", "Firma|Organisasjon", "Klasse|Gruppe", "Fødselsdato|Påmeldt", "Merknader|Notater", "Nr.|Løpenummer", "Sum";
        people ["Øyvind", "Ragnhild", "Håkon", "Bjørg", "Sigrid", "Pål"], ["Bjørnstad", "Åsen", "Haugen", "Ødegård", "Moen", "Lie"];
    "fi" Some("windows-1252"), false; email "Sähköposti|Sähköpostiosoite|Email";
        names "Nimi|Koko nimi|Osallistuja", "Etunimi", "Sukunimi", None;
        role None; others "Toinen sähköposti|Sähköposti 2", "Ostajan sähköposti|Laskutussähköposti|Huoltajan sähköposti";
        consent "Saako lähettää sähköpostia?" ["kyllä", "ei"];
        rest "Puhelin|Matkapuhelin", "Yritys|Organisaatio", "Luokka|Ryhmä", "Syntymäaika|Ilmoittautunut", "Huomautukset|Muistiinpanot", "Nro|Numero", "Yhteensä";
        people ["Päivi", "Yrjö", "Äinö", "Mikko", "Sanna", "Töivo"], ["Hämäläinen", "Mäkinen", "Virtanen", "Lehtonen", "Järvi", "Öhman"];
    "hu" Some("windows-1250"), true; email "E-mail|E-mail cím|E-mail-cím";
        names "Név|Teljes név|Résztvevő", "Keresztnév|Utónév", "Vezetéknév|Családnév", None;
        role None; others "Második e-mail|E-mail 2", "Vevő e-mail címe|Számlázási e-mail|Szülő e-mail címe";
        consent "Kér e-mailt?" ["igen", "nem"];
        rest "Telefon|Mobil", "Cég|Szervezet", "Osztály|Csoport", "Születési dátum|Jelentkezés ideje", "Megjegyzés|Jegyzetek", "Sorszám|Sz.", "Összesen";
        people ["Gábor", "Erzsébet", "Győző", "Ágnes", "Zsófia", "István"], ["Kovács", "Szűcs", "Őze", "Tóth", "Nagy", "Fekete"];
    "tr" Some("windows-1254"), false; email "E-posta|E-posta adresi|Eposta";
        names "Ad Soyad|Adı Soyadı|Katılımcı", "Ad|Adı", "Soyad|Soyadı", None;
        role None; others "İkinci e-posta|E-posta 2", "Alıcının e-postası|Fatura e-postası|Veli e-postası";
        consent "E-posta almak ister misiniz?" ["evet", "hayır"];
        rest "Telefon|Cep telefonu", "Şirket|Kurum", "Sınıf|Grup", "Doğum tarihi|Kayıt tarihi", "Notlar|Açıklama", "Sıra|No", "Toplam";
        people ["Ayşe", "Çağrı", "İbrahim", "Gülşah", "Oğuz", "Ünal"], ["Yılmaz", "Şahin", "Öztürk", "Doğan", "Kaya", "Çelik"];
    "el" Some("windows-1253"), false; email "Email|Διεύθυνση email|Ηλεκτρονική διεύθυνση|Ηλεκτρονικό ταχυδρομείο";
        names "Ονοματεπώνυμο|Πλήρες όνομα", "Όνομα", "Επώνυμο|Επίθετο", None;
        role None; others "Δεύτερο email|Email 2", "Email αγοραστή|Email τιμολόγησης|Email γονέα";
        consent "Αποστολή email;" ["ναι", "όχι"];
        rest "Τηλέφωνο|Κινητό", "Εταιρεία|Οργανισμός", "Τάξη|Ομάδα", "Ημερομηνία γέννησης|Εγγραφή", "Σημειώσεις|Παρατηρήσεις", "Α/Α|Αριθμός", "Σύνολο";
        people ["Άννα", "Γιώργος", "Ελένη", "Νίκος", "Σοφία", "Κώστας"], ["Παπαδοπούλου", "Νικολάου", "Δημητρίου", "Γεωργίου", "Ιωάννου", "Χατζής"];
    "ru" Some("windows-1251"), false; email "Эл. почта|Электронная почта|Адрес электронной почты|E-mail";
        names "ФИО|Полное имя|Участник", "Имя", "Фамилия", None;
        role Some("Роль"); others "Вторая почта|E-mail 2", "E-mail покупателя|E-mail для счёта|E-mail родителей";
        consent "Согласие на рассылку" ["да", "нет"];
        rest "Телефон|Мобильный", "Компания|Организация", "Класс|Группа", "Дата рождения|Дата регистрации", "Примечания|Комментарий", "№|Номер", "Итого";
        people ["Анна", "Борис", "Екатерина", "Юрий", "Фёдор", "Щедрина"], ["Иванова", "Петров", "Щербаков", "Соловьёв", "Кузнецова", "Жуков"];
    "uk" Some("windows-1251"), false; email "Електронна пошта|Електронна адреса|E-mail|Ел. пошта";
        names "ПІБ|Повне ім'я|Учасник", "Ім'я", "Прізвище", None;
        role None; others "Друга пошта|E-mail 2", "E-mail покупця|E-mail для рахунку|E-mail батьків";
        consent "Згода на розсилку" ["так", "ні"];
        rest "Телефон|Мобільний", "Компанія|Організація", "Клас|Група", "Дата народження|Дата реєстрації", "Примітки|Коментар", "№|Номер", "Разом";
        people ["Оксана", "Їжак", "Андрій", "Наталія", "Євген", "Юлія"], ["Шевченко", "Гнатюк", "Коваленко", "Їжакевич", "Ткачук", "Мельник"];
    "ar" None, false; email "البريد الإلكتروني|عنوان البريد الإلكتروني|الإيميل";
        names "الاسم|الاسم الكامل", "الاسم الأول", "اسم العائلة|اللقب", None;
        role None; others "البريد الإلكتروني الثانوي|البريد الإلكتروني 2", "بريد المشتري الإلكتروني|بريد ولي الأمر الإلكتروني";
        consent "هل تريد استلام الرسائل؟" ["نعم", "لا"];
        rest "الهاتف|الجوال", "الشركة|المؤسسة", "الصف|المجموعة", "تاريخ الميلاد|تاريخ التسجيل", "ملاحظات", "الرقم|م", "المجموع";
        people ["أحمد", "فاطمة", "محمد", "ليلى", "يوسف", "مريم"], ["حسن", "علي", "سعيد", "إبراهيم", "خليل", "منصور"];
    "zh" Some("gbk"), true; email "电子邮件|邮箱|电子邮箱|电子邮件地址";
        names "姓名|名字|全名", "名", "姓", None;
        role None; others "备用邮箱|邮箱 2", "购买者邮箱|家长邮箱";
        consent "是否接收邮件" ["是", "否"];
        rest "电话|手机", "公司|单位", "班级|组别", "出生日期|报名时间", "备注", "序号|编号", "合计";
        people ["伟", "芳", "娜", "秀英", "敏", "静怡"], ["王", "李", "张", "刘", "陈", "欧阳"];
    "ja" Some("shift_jis"), true; email "メールアドレス|メール|Eメール|電子メール";
        names "氏名|お名前|名前", "名", "姓", None;
        role None; others "予備のメールアドレス|メールアドレス2", "購入者メールアドレス|保護者メールアドレス";
        consent "メール配信希望" ["はい", "いいえ"];
        rest "電話番号|携帯電話", "会社名|所属", "クラス|グループ", "生年月日|登録日時", "備考", "番号|No.", "合計";
        people ["太郎", "花子", "一郎", "さくら", "健太", "美咲"], ["山田", "佐藤", "鈴木", "高橋", "渡辺", "小林"];
    "ko" Some("euc-kr"), true; email "이메일|이메일 주소|전자우편|메일 주소";
        names "이름|성명|성함", "이름", "성", None;
        role None; others "보조 이메일|이메일 2", "구매자 이메일|학부모 이메일";
        consent "메일 수신 동의" ["예", "아니요"];
        rest "전화번호|휴대폰", "회사|소속", "반|그룹", "생년월일|등록일", "비고|메모", "번호|순번", "합계";
        people ["민준", "서연", "지훈", "지우", "하은", "도윤"], ["김", "이", "박", "최", "정", "남궁"];
}
