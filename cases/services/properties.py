"""Everything that happens to the definition of a custom field (contract: Custom properties)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import ACCEPTED_STAGES, ObjectType, PropertyStage
from cases.errors import FieldError, ValidationFailed
from cases.models import CustomProperty
from cases.properties.drafting import definition_problems, type_change_problem
from cases.properties.types import RULES, Definition
from cases.selectors.properties import forget_definitions
from cases.services.adoption import Adoption, adopt_unmapped_values
from cases.services.conflicts import ChangedMeanwhileError

_NEXT_STAGES = {
    PropertyStage.LIVE: (PropertyStage.DRAFT, PropertyStage.RETIRING, PropertyStage.ARCHIVED),
    PropertyStage.RETIRING: (PropertyStage.LIVE,),
    PropertyStage.ARCHIVED: (PropertyStage.DRAFT, PropertyStage.RETIRING),
}
"""From which stages a field can enter a stage; restoring is separate."""


@dataclass(frozen=True, slots=True)
class StageChange:
    """A field that is now accepted, and the adoption of its unmapped values."""

    field: CustomProperty
    adoption: Adoption


def create_property(
    *,
    object_type: str,
    definition: Definition,
) -> CustomProperty:
    """Create a field as a draft, after the others of its object; the definition's stage is ignored.

    Raises ValidationFailed with every invalid field: `name`, `label`, `type`, `list_values`.
    """
    field = CustomProperty(object_type=object_type)
    with transaction.atomic():
        others = CustomProperty.objects.filter(object_type=object_type)
        field.position = (others.aggregate(last=Max("position"))["last"] or 0) + 1
        _fill(field, definition)
    _forget()
    return field


def update_property(
    *,
    property_id: int,
    definition: Definition,
    shown: Definition | None = None,
) -> CustomProperty:
    """Change a field; a name, and all but a widening type, is fixed once Khoros may know it.

    Stored values stay unchanged, even those that the list no longer offers. `shown` is what
    `definition` was edited from, or None to check nothing. Raises ChangedMeanwhileError if this
    would undo others' changes, ValidationFailed with every invalid field, and
    CustomProperty.DoesNotExist.
    """
    with transaction.atomic():
        field = CustomProperty.objects.select_for_update().get(pk=property_id)
        if shown is not None:
            _check_shown(field.definition, shown, definition)
        _fill(field, definition)
    _forget()
    return field


def publish_property(*, property_id: int) -> StageChange:
    """Announce a field to Khoros and adopt the unmapped values under its name.

    The stage is committed before the first value is moved, so that no unmapped value arrives
    during the move. Raises ValidationFailed if the field is already live.
    """
    field = _change_stage(property_id, PropertyStage.LIVE)
    return StageChange(field, adopt_unmapped_values(field=field))


def retire_property(*, property_id: int) -> CustomProperty:
    """Stop announcing a live field; values are still accepted, for old copies of the form."""
    return _change_stage(property_id, PropertyStage.RETIRING)


def archive_property(*, property_id: int) -> CustomProperty:
    """Hide a draft or a retiring field and stop accepting values; stored values stay."""
    return _change_stage(property_id, PropertyStage.ARCHIVED)


def restore_property(*, property_id: int) -> StageChange:
    """Bring an archived field back without announcing it: a draft, or retiring if it was live."""
    with transaction.atomic():
        field = CustomProperty.objects.select_for_update().get(pk=property_id)
        if field.stage != PropertyStage.ARCHIVED:
            raise _wrong_stage(field)
        _set_stage(field, PropertyStage.RETIRING if field.first_live else PropertyStage.DRAFT)
    _forget()
    accepted = field.stage in ACCEPTED_STAGES
    return StageChange(field, adopt_unmapped_values(field=field) if accepted else Adoption())


def reorder_properties(*, object_type: str, ids: Sequence[int]) -> None:
    """Sort the fields of an object by `ids`; fields that aren't among them come last.

    Other ids are ignored: the page that sent them may be out of date.
    """
    wanted = {pk: index for index, pk in enumerate(dict.fromkeys(ids))}
    with transaction.atomic():
        # Locked by key, like every other bulk change, then ordered in memory.
        rows = CustomProperty.objects.select_for_update().filter(object_type=object_type)
        fields = sorted(rows.order_by("pk"), key=lambda row: (row.position, row.pk))
        fields.sort(key=lambda row: wanted.get(row.pk, len(wanted)))
        moved = [
            (position, row) for position, row in enumerate(fields, 1) if row.position != position
        ]
        for position, field in moved:
            field.position = position
            # Khoros gets live fields in their order, so this changes what it fetches.
            if field.stage == PropertyStage.LIVE:
                field.last_updated = timezone.now()
        CustomProperty.objects.bulk_update(
            [field for _position, field in moved], ["position", "last_updated"]
        )
    _forget()


def move_property(*, property_id: int, steps: int) -> None:
    """Move a field up (negative) or down among those of its object that are not archived."""
    field = CustomProperty.objects.get(pk=property_id)
    shown = CustomProperty.objects.filter(object_type=field.object_type)
    ids = list(
        shown.exclude(stage=PropertyStage.ARCHIVED)
        .order_by("position", "pk")
        .values_list("pk", flat=True)
    )
    if property_id not in ids:
        return
    index = ids.index(property_id)
    ids.insert(max(0, index + steps), ids.pop(index))
    reorder_properties(object_type=field.object_type, ids=ids)


def _check_shown(stored: Definition, shown: Definition, wanted: Definition) -> None:
    """Check that every stored part is either what was shown or what is wanted.

    The stage is not part of the form, so any change of it is a conflict.
    """
    wanted = replace(wanted, stage=shown.stage)
    undone = {
        part.name
        for part in fields(Definition)
        if getattr(stored, part.name) not in (getattr(shown, part.name), getattr(wanted, part.name))
    }
    if undone:
        raise ChangedMeanwhileError(undone)


def _fill(field: CustomProperty, wanted: Definition) -> None:
    """Check `wanted` against the rules and against `field`, then store it."""
    problems = definition_problems(wanted) + _fixed_problems(field, wanted)
    if "name" not in {problem.name for problem in problems} and _is_taken(field, wanted):
        problems.append(_taken(wanted.name))
    if problems:
        raise ValidationFailed(_("The field was not saved."), problems)
    field.name, field.label, field.type = wanted.name, wanted.label, wanted.type
    has_list = RULES[wanted.type].has_list
    entries = wanted.list_values if has_list else ()
    field.list_values = [{"name": entry.name, "value": entry.value} for entry in entries]
    # Only customers are searched for, and only cases are closed.
    field.searchable = wanted.searchable and field.object_type == ObjectType.CUSTOMER
    field.required_to_close = wanted.required_to_close and field.object_type == ObjectType.CASE
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError:
        # Someone else took the name after it was checked.
        raise ValidationFailed(_("The field was not saved."), [_taken(wanted.name)]) from None


def _fixed_problems(field: CustomProperty, wanted: Definition) -> list[FieldError]:
    if not field.name_is_fixed:
        return []
    problems = []
    if wanted.name != field.name:
        message = _("Khoros already knows this field as “%(name)s”.") % {"name": field.name}
        problems.append(FieldError("name", message))
    type_problem = type_change_problem(field.type, wanted.type) if wanted.type in RULES else None
    if type_problem:
        problems.append(FieldError("type", type_problem))
    return problems


def _is_taken(field: CustomProperty, wanted: Definition) -> bool:
    others = CustomProperty.objects.filter(object_type=field.object_type, name__iexact=wanted.name)
    return others.exclude(pk=field.pk).exists()


def _taken(name: str) -> FieldError:
    message = _("A field called “%(name)s” already exists. It may be archived.")
    return FieldError("name", message % {"name": name})


def _change_stage(property_id: int, stage: PropertyStage) -> CustomProperty:
    with transaction.atomic():
        field = CustomProperty.objects.select_for_update().get(pk=property_id)
        if field.stage not in _NEXT_STAGES[stage]:
            raise _wrong_stage(field)
        _set_stage(field, stage)
    _forget()
    return field


def _set_stage(field: CustomProperty, stage: PropertyStage) -> None:
    field.stage = stage
    if stage == PropertyStage.LIVE and field.first_live is None:
        field.first_live = timezone.now()
    field.save(update_fields=["stage", "first_live", "last_updated"])


def _wrong_stage(field: CustomProperty) -> ValidationFailed:
    now = PropertyStage(field.stage).label.lower()
    message = _(
        "“%(field)s” is now %(stage)s, so this isn't possible. Someone else may have changed it."
    )
    return ValidationFailed(message % {"field": field.label, "stage": now})


def _forget() -> None:
    """Clear the cache of this process now, and again after an outer transaction commits."""
    forget_definitions()
    transaction.on_commit(forget_definitions)
