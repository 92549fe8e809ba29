//! The other languages, for the time being with the words of columns alone.

use super::names::*;

pub(super) const WORDS: super::Table = &[
    (EMAIL, "Courriel, Adresse e-mail, Adresse électronique, Adresse mail, Correo, Correo electrónico, Dirección de correo, Indirizzo email, Posta elettronica,
        E-mailadres, Endereço de email, Adres email, Eposta, Adres e-posta, E-post, E-postadress, Sähköposti, Эл. почта, Электронная почта, Почта, メール, メールアドレス, 电子邮件, 邮箱"),
    (WHOLE, "Name (Original Name), Nom complet, Nom et prénom, Nombre completo, Nombre y apellidos, Nome completo, Nome e cognome, Volledige naam, Imię i nazwisko, ФИО, 名前, 氏名, 姓名"),
    (NAME, "Naam, Namn, Navn, Nimi"),
    (FIRST, "Prénom, Voornaam, Förnamn, Fornavn, Etunimi"),
    (NOMBRE, "Nombre, Nome, Imię, Jméno, Имя"),
    (LAST, "Nom de famille, Apellido, Apellidos, Cognome, Sobrenome, Apelido, Achternaam, Nazwisko, Efternamn, Etternavn, Sukunimi, Příjmení, Фамилия"),
    (NOM, "Nom"),
    (ROLE, "Rol, Ruolo, Papel, Função, Rola, Roll, Rooli, Роль, 役割"),
    (MODERATOR, "Modérateur, Moderador, Moderatore"),
    (ROOM, "Salle, Sala, Stanza, Kamer, Pokój"),
    (TITLE, "Titre, Título, Titolo, Tytuł"),
    (START, "Début, Inicio, Inizio, Początek"),
    (ZONE, "Fuseau horaire, Zona horaria, Fuso orario, Tijdzone"),
    (DURATION, "Durée, Duración, Durata, Duração, Czas trwania"),
    (LANGUAGE, "Langue, Idioma, Lingua, Taal, Język"),
];
