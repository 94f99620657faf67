"""``junit.xml`` of one student: a case a test, as the student may see it."""

import re
from xml.etree import ElementTree as xml

from raftkit.grade.book import StudentGrade, TestGrade
from raftkit.grade.seen import seen_by_student
from raftkit.grade.told import refusal, told
from raftkit.report.clean import clean, clean_lines

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold in any form."""


def junit_report(grade: StudentGrade, title: str) -> bytes:
    """Return the file's content."""
    seen = seen_by_student(grade)
    root = xml.Element("testsuites")
    suite = xml.SubElement(root, "testsuite", name=_text(clean(title)), tests=str(len(seen.tests)))
    for test in seen.tests:
        _case(suite, test, refusal(seen))
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(kind, str(len(suite.findall(f"testcase/{tag}"))))
    xml.indent(root)
    data: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _case(suite: xml.Element, test: TestGrade, refused: str) -> None:
    seconds = sum(run.lab_seconds for run in test.runs)
    case = xml.SubElement(
        suite, "testcase", classname=_text(test.part), name=_text(test.name), time=f"{seconds:.3f}"
    )
    message = f"{test.points} of {test.max_points} points"
    if test.points is None:
        xml.SubElement(case, "skipped", message="it could not be judged").text = _text(told(test))
    elif refused:
        xml.SubElement(case, "error", message=message).text = _text(refused)
    elif test.points < test.max_points:
        xml.SubElement(case, "failure", message=message).text = _text(told(test))


def _text(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", clean_lines(text))
