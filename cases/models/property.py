"""Definitions of custom properties: the fields that Khoros agents fill in."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.properties.names import MAX_LENGTH
from cases.properties.types import RULES, Definition, ListValue


class CustomProperty(models.Model):
    """One field of a case or a customer (contract: Field definitions, Custom properties).

    A case needs a value in each live field that is `required_to_close` before it can be closed.
    `list_values` is a list of `{"name", "value"}`; `first_live` is when the field was
    first published; its name is fixed from then on.
    """

    object_type = models.CharField(max_length=8, choices=ObjectType.choices)
    name = models.CharField(max_length=MAX_LENGTH)
    label = models.CharField(max_length=255)
    type = models.CharField(max_length=15, choices=PropertyType.choices)
    list_values = models.JSONField(default=list, blank=True)
    searchable = models.BooleanField(default=False)
    required_to_close = models.BooleanField(default=False, db_default=False)
    position = models.PositiveIntegerField(default=0)
    stage = models.CharField(
        max_length=8, choices=PropertyStage.choices, default=PropertyStage.DRAFT
    )
    first_live = models.DateTimeField(null=True, blank=True)
    last_updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("object_type", "position", "id")
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = [
            models.UniqueConstraint(
                "object_type", Lower("name"), name="property_name_once_an_object"
            ),
            models.CheckConstraint(
                condition=models.Q(object_type__in=ObjectType.values), name="property_object_known"
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=PropertyType.values), name="property_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=PropertyStage.values), name="property_stage_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.name})"

    @property
    def name_is_fixed(self) -> bool:
        """Whether Khoros may already know the name, so that it can't change any more."""
        return self.first_live is not None

    @property
    def definition(self) -> Definition:
        """The definition for `cases.properties`."""
        has_list = RULES[self.type].has_list
        return Definition(
            name=self.name,
            label=self.label,
            type=self.type,
            list_values=tuple(ListValue(**entry) for entry in self.list_values if has_list),
            searchable=self.searchable,
            required_to_close=self.required_to_close,
            stage=self.stage,
        )
