"""The registers, each with a shape of its own in the document: made from what `pilots.registers` declares."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import ForeignKey
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pilots.access import row_of
from pilots.actions.register_files import import_entries
from pilots.actions.registers import add_entry, edit_entry, remove_entry
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PersonSerializer
from pilots.api.use import FileCall, FileFields
from pilots.clock import now
from pilots.models import Segment, UseCase, User, Workflow
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.registers import REGISTERS, Register
from pilots.registers.links import still_to_choose

EDITING: Final = dict.fromkeys(("POST", "PATCH", "DELETE"), Permission.EDIT_EVIDENCE)
# Called by their short names; everything else by its id.
NAMED: Final = (Segment, UseCase, Workflow)


class EntrySerializer(serializers.ModelSerializer[Any]):
    """Its links offer what the pilot in its context has."""

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if register := self.context.get("register"):
            for link in register.links:
                fields[link.name].queryset = still_to_choose(link, self.context["pilot"], self.instance)
        return fields


class Given(serializers.Serializer[Any]):
    """What an import comes to."""

    added = serializers.IntegerField()
    unchanged = serializers.IntegerField(help_text="Stood there already, word for word.")


def _serializer(name: str, register: Register, fields: tuple[str, ...], **own: Any) -> type[EntrySerializer]:
    more = {one: {"help_text": words} for one, words in register.help.items() if one in fields and one not in own}
    meta = type("Meta", (), {"model": register.model, "fields": fields, "validators": [], "extra_kwargs": more})
    return type(name, (EntrySerializer,), {"Meta": meta, **own})


def _link(link: "ForeignKey[Any, Any]") -> Any:
    model: Any = link.related_model
    given: dict[str, Any] = {"required": not link.blank, "allow_null": link.null, "queryset": model.objects.all()}
    if model in NAMED:
        return serializers.SlugRelatedField(slug_field="slug", **given)
    return serializers.PrimaryKeyRelatedField(**given)


def _shapes(register: Register) -> tuple[Any, Any, Any]:
    """As it is read, as it is added, as it is edited."""
    name = register.model.__name__
    links = {link.name: _link(link) for link in register.links}
    of_people = [one.name for one in register.model._meta.concrete_fields if one.related_model is User]
    shown = (*register.names, *register.decided)
    about: dict[str, Any] = {one: PersonSerializer(read_only=True) for one in of_people if one in shown}
    about["recorded_by"] = PersonSerializer(read_only=True)
    read = _serializer(name, register, ("id", *shown, "recorded_by", "recorded_at", "version"), **{**links, **about})
    add = _serializer(f"{name}Fields", register, register.names, **links)
    version = serializers.IntegerField(help_text="The version that you read; another’s change since then answers 409.")
    edit = _serializer(f"{name}Edit", register, (*register.names, "version"), **links, version=version)
    return read, add, edit


class RegisterCall(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = EDITING
    register: ClassVar[Register]
    shapes: ClassVar[tuple[Any, Any, Any]]

    def context(self) -> dict[str, Any]:
        return {"register": self.register, "pilot": self.pilot}


class EntriesCall(ListCall, RegisterCall):
    def get(self, request: Request, slug: str) -> Response:
        return paged(request, self.register.entries(self.pilot), self.shapes[0], "-recorded_at", "pk")

    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = self.shapes[1](data=request.data, context=self.context())
        given.is_valid(raise_exception=True)
        made = add_entry(
            register=self.register, pilot=self.pilot, by=caller(request), at=now(), fields=given.validated_data
        )
        wake("governance.reevaluate")
        return Response(self.shapes[0](made).data, 201)


class EntryCall(RegisterCall):
    def entry(self, entry: UUID) -> Any:
        return row_of(self.pilot, self.register.one, self.register.entries(self.pilot), pk=entry)

    def get(self, request: Request, slug: str, entry: UUID) -> Response:
        return Response(self.shapes[0](self.entry(entry)).data)

    def patch(self, request: Request, slug: str, entry: UUID) -> Response:
        """What is left out stays."""
        held = self.entry(entry)
        given = self.shapes[2](held, data=request.data, partial=True, context=self.context())
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        if "version" not in fields:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        version = fields.pop("version")
        edited = edit_entry(entry=held, by=caller(request), at=now(), fields=fields, version=version)
        wake("governance.reevaluate")
        return Response(self.shapes[0](edited).data)

    def delete(self, request: Request, slug: str, entry: UUID) -> Response:
        """It stays in the record, and nothing counts it any more."""
        remove_entry(entry=self.entry(entry), by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(status=204)


class EntriesFileCall(FileCall, RegisterCall):
    def post(self, request: Request, slug: str) -> Response:
        """As on the page: the same template, all or nothing, and the same entry twice adds nothing."""
        content = self.content(request)["content"]
        checked, done = import_entries(
            register=self.register, pilot=self.pilot, by=caller(request), at=now(), content=content
        )
        if done is None:
            return self.refused(checked)
        wake("governance.reevaluate")
        return Response(Given(done).data)


def _view(name: str, call: type[APIView], register: Register, shapes: Any, **verbs: Any) -> type[APIView]:
    made = type(f"{register.model.__name__}{name}", (call,), {"register": register, "shapes": shapes})
    described: type[APIView] = extend_schema_view(**verbs)(made)
    return described


def views_of(register: Register) -> tuple[type[APIView], type[APIView], type[APIView]]:
    """All of them, one of them, a file of them."""
    shapes = read, add, edit = _shapes(register)
    key = f"register_{register.key}"
    entries = _view(
        "Entries",
        EntriesCall,
        register,
        shapes,
        get=extend_schema(responses=read(many=True), operation_id=f"{key}_list", description=register.title),
        post=extend_schema(request=add, responses={201: read}, operation_id=f"{key}_add", description=register.lede),
    )
    entry = _view(
        "Entry",
        EntryCall,
        register,
        shapes,
        get=extend_schema(responses=read, operation_id=f"{key}_read"),
        patch=extend_schema(request=edit(partial=True), responses=read, operation_id=f"{key}_edit"),
        delete=extend_schema(responses={204: None}, operation_id=f"{key}_remove"),
    )
    sent = {"multipart/form-data": FileFields}
    file = _view(
        "File",
        EntriesFileCall,
        register,
        shapes,
        post=extend_schema(request=sent, responses=Given, operation_id=f"{key}_import"),
    )
    return entries, entry, file


VIEWS: Final = {register.slug: views_of(register) for register in REGISTERS.values()}
