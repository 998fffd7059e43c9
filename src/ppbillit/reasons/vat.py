"""Reasons about VAT: rates, codes, reverse charge, VAT numbers, One Stop Shop (OSS)."""

from __future__ import annotations

from ppbillit.reasons.entry import Entry

VAT: dict[str, Entry] = {
    "vat_rate_missing": Entry(
        message_en='the line "{line}" carries VAT, but no single rate',
        fix_en="check the VAT rate of the product in Plug&Pay",
        message_nl='op de regel "{line}" staat btw, maar niet tegen één tarief',
        fix_nl="controleer het btw-tarief van het product in Plug&Pay",
    ),
    "vat_rate_mismatch": Entry(
        message_en='the line "{line}" says {rate} % but its amounts are {net} net and {gross} gross',
        fix_en="check the VAT of this order in Plug&Pay, and make this invoice by hand",
        message_nl=(
            'op de regel "{line}" staat {rate} %, maar de bedragen zijn {net} excl. btw en {gross} incl. btw'
        ),
        fix_nl="controleer de btw van deze bestelling in Plug&Pay, en maak deze factuur zelf",
    ),
    "vat_rate_country_unknown": Entry(
        message_en='the line "{line}" has {rate} % VAT of no named country, and the buyer is in {country}',
        fix_en="check the VAT profile of the product in Plug&Pay",
        message_nl='op de regel "{line}" staat {rate} % btw zonder land, en de koper zit in {country}',
        fix_nl="controleer het btw-profiel van het product in Plug&Pay",
    ),
    "vat_foreign_outside_eu": Entry(
        message_en='the line "{line}" charges VAT of {country}, which is outside the EU',
        fix_en="check the VAT rate of the product in Plug&Pay",
        message_nl='op de regel "{line}" staat btw van {country}, dat buiten de EU ligt',
        fix_nl="controleer het btw-tarief van het product in Plug&Pay",
    ),
    "vat_countries_mixed": Entry(
        message_en="it charges VAT of several countries ({countries}), which one Billit invoice cannot hold",
        fix_en="split the order into one invoice per country by hand",
        message_nl=(
            "er staat btw van verschillende landen op ({countries}), "
            "en dat past niet in één factuur van Billit"
        ),
        fix_nl="splits de bestelling zelf in één factuur per land",
    ),
    "discount_over_several_rates": Entry(
        message_en='the discount "{line}" is off the whole order, whose lines are taxed in several ways',
        fix_en="make this invoice by hand, with the discount split over the VAT rates",
        message_nl=(
            'de korting "{line}" geldt voor de hele bestelling, waarvan de regels verschillend belast zijn'
        ),
        fix_nl="maak deze factuur zelf, met de korting verdeeld over de btw-tarieven",
    ),
    "vat_code_missing": Entry(
        message_en='the line "{line}" is {treatment}, for which {key} in [vat] names no code',
        fix_en="set {key} in [vat] to the code your bookkeeper names",
        message_nl='de regel "{line}" is {treatment}, en daarvoor noemt {key} in [vat] geen code',
        fix_nl="zet {key} in [vat] op de code die uw boekhouder opgeeft",
    ),
    "vat_zero_unexplained": Entry(
        message_en='the line "{line}" has no VAT, and nothing in the order says why',
        fix_en=(
            "if such lines are exempt, set zero_rate in [vat] to the code your bookkeeper names; "
            "else correct the VAT in Plug&Pay"
        ),
        message_nl='op de regel "{line}" staat geen btw, en niets in de bestelling zegt waarom',
        fix_nl=(
            "zijn zulke regels vrijgesteld, zet dan zero_rate in [vat] op de code die uw boekhouder opgeeft; "
            "verbeter anders de btw in Plug&Pay"
        ),
    ),
    "reverse_charge_without_vat_number": Entry(
        message_en="the VAT is reverse charged, but the order has no VAT number",
        fix_en="ask the buyer for the VAT number and enter it in the order's contact details in Plug&Pay",
        message_nl="de btw is verlegd, maar op de bestelling staat geen btw-nummer",
        fix_nl=(
            "vraag de koper het btw-nummer en vul het in bij de contactgegevens van de bestelling in Plug&Pay"
        ),
    ),
    "reverse_charge_vat_number_invalid": Entry(
        message_en="the VAT is reverse charged, but the VAT number on the order is not valid",
        fix_en="correct the VAT number in the order's contact details in Plug&Pay",
        message_nl="de btw is verlegd, maar het btw-nummer op de bestelling is niet geldig",
        fix_nl="verbeter het btw-nummer bij de contactgegevens van de bestelling in Plug&Pay",
    ),
    "vat_number_not_checked": Entry(
        message_en=(
            "the VAT number on the order is not of the EU, which cannot be checked, "
            "so it is left off the invoice"
        ),
        fix_en="nothing to do",
        message_nl=(
            "het btw-nummer op de bestelling is er geen van de EU, en kan niet gecontroleerd worden; "
            "het komt niet op de factuur"
        ),
        fix_nl="niets te doen",
    ),
    "vat_number_left_off": Entry(
        message_en=(
            "the VAT number on the order is no valid one of an EU country, so it is left off the invoice"
        ),
        fix_en="if the buyer is a business, correct the number in Plug&Pay and in Billit",
        message_nl=(
            "het btw-nummer op de bestelling is geen geldig nummer van een EU-land, "
            "en komt niet op de factuur"
        ),
        fix_nl="is de koper een bedrijf, verbeter het nummer dan in Plug&Pay en in Billit",
    ),
    "oss_for_business": Entry(
        message_en=(
            "it charges VAT of {country} by the One Stop Shop, which is for consumers, "
            "to a buyer with a VAT number"
        ),
        fix_en=(
            "ask your bookkeeper whether the VAT should have been reverse charged; "
            "if so, credit it in Plug&Pay"
        ),
        message_nl=(
            "er staat btw van {country} op volgens de One Stop Shop (OSS), die voor particulieren is, "
            "en de koper heeft een btw-nummer"
        ),
        fix_nl="vraag uw boekhouder of de btw verlegd moest zijn; zo ja, crediteer de bestelling in Plug&Pay",
    ),
}
