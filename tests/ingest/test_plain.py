import pytest

from stoppress.ingest.sanitize import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Some 10<sup>6</sup> on 12 m<sup>2</sup>.", "Some 10⁶ on 12 m²."),
        ("He resigned<sup>1</sup>", "He resigned¹"),
        ("He resigned<sup><a href='#1'>12</a></sup>", "He resigned¹²"),
        ("He resigned<sup>[1]</sup>", "He resigned[1]"),
        ("He resigned<sup>*</sup>", "He resigned*"),
        ("He resigned<sup>b</sup>", "He resigned^b"),
        ("10<sup>-6</sup> and 10<sup>6.5</sup>", "10⁻⁶ and 10^6.5"),
        ("2<sup>3<sup>2</sup></sup>", "2^3²"),
        ("the 1<sup>st</sup>, M<sup>me</sup> X, n<sup>o</sup> 5", "the 1st, Mme X, nº 5"),
        ("CO<sub>2</sub> and V<sub>2a</sub> and V<sub>max</sub>", "CO₂ and V_2a and V_max"),
        ("10<span style='vertical-align:super'>6</span>", "10⁶"),
        ("owes <s>5</s> 7", "owes 7"),
        ("owes <span style='text-decoration: line-through'>5</span> 7", "owes 7"),
        ("<q>Yes</q>, he said", "“Yes”, he said"),
        ("<ol><li>One<li>two</ol>", "One two"),
        ("<table><tr><td>1<td>2</table>", "1 2"),
        ("Watch: <iframe src=https://x.example/></iframe>", "Watch:"),
        ("a<sup></sup>b", "ab"),
    ],
)
def test_raised_and_lowered_numbers_stay_distinct(html: str, text: str) -> None:
    assert plain_text(html) == text
