"""What a grading looks like in a browser: a page for each student, and one of the class.

The pages are made from the gradebook alone, and from the traces that it names. They stand alone: no network, no
framework, and nothing of a page needs its script to be read. Every string in a gradebook is hostile: templates
escape what they are given, after it was cleaned, and each page's policy allows its own style and script only.

:func:`write_student_page` obeys what the rubric lets students see; the class page is for the staff, and shows all.
"""

from raftkit.grade.pages._class import CLASS_PAGE, write_class_page
from raftkit.grade.pages._student import STUDENT_PAGE, write_student_page

__all__ = ["CLASS_PAGE", "STUDENT_PAGE", "write_class_page", "write_student_page"]
