//! Code pages of DOS. Excel's `CSV (MS-DOS)` is written in them, and the Encoding Standard knows only 866.

/// A code page of DOS: ASCII, and 128 more characters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CodePage {
    pub(super) name: &'static str,
    /// The characters of the octets from 0x80 on, in their order.
    high: &'static str,
}

/// North America, Western Europe, Central Europe.
pub(super) static CODE_PAGES: [CodePage; 3] = [
    CodePage {
        name: "cp437",
        high: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
        áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
        └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
        αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
    CodePage {
        name: "cp850",
        high: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
        áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
        └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
        ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
    },
    CodePage {
        name: "cp852",
        high: "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č\
        áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
        └┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
        ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}",
    },
];

impl CodePage {
    /// Adds the characters of `octets` to a text.
    pub(super) fn decode(&self, octets: &[u8], text: &mut String) {
        let high: Vec<char> = self.high.chars().collect();
        text.extend(octets.iter().map(|octet| match octet.checked_sub(0x80) {
            // Each code page has 128 of them; a test counts them.
            Some(at) => high.get(usize::from(at)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
            None => char::from(*octet),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_pages_have_all_their_characters() {
        for (page, octets, expected) in [
            ("cp437", &b"M\x81ller, Andr\x82, Stra\xe1e \xff"[..], "Müller, André, Straße \u{a0}"),
            ("cp850", b"Mu\xa4oz, D\xa1az, \xc6, \xd5 \xff", "Muñoz, Díaz, ã, ı \u{a0}"),
            (
                "cp852",
                b"Dvo\xfd\xa0k, W\xa9grzyn, \x88\xa2\xab, \xfd \xff",
                "Dvořák, Węgrzyn, łóź, ř \u{a0}",
            ),
        ] {
            let page = CODE_PAGES.iter().find(|known| known.name == page).unwrap();
            assert_eq!(page.high.chars().count(), 128);
            let mut text = String::new();
            page.decode(octets, &mut text);
            assert_eq!(text, expected);
        }
    }
}
