"""Levers: what can be turned at run time to contain, and the positions of each kind."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, Tag, model_validator

from holdfast.kernel.errors import did_you_mean
from holdfast.plan.model.base import ByKey, ByKind, Part
from holdfast.plan.model.formulas import Formula
from holdfast.plan.model.names import DataName, MessageName, MetricName, Party
from holdfast.plan.model.refusals import refuse
from holdfast.plan.model.secrets import Address, Secret
from holdfast.plan.model.system import Texts
from holdfast.plan.model.values import Count, LevelOf, Number, RateOf, Share, Span, YesNo
from holdfast.plan.model.words import FreeValue, Keyed, Label, Name, Prose, Several

ScopeOf: TypeAlias = Literal["tenant", "region", "language", "surface", "arm", "user", "session", "client"]
KINDS = (
    "switch",
    "allowlist",
    "tier",
    "rate_limit",
    "queue",
    "breaker",
    "review_queue",
    "bundle",
    "setting",
    "hook",
    "flush",
)


class LeverPart(Part):
    """What every lever may say."""

    owner: Party | None = Field(None, description="Who is asked to renew or lift it.")
    scopes: Annotated[tuple[ScopeOf, ...], Several] = Field(
        (), description="What it can be narrowed to; everything, where it is not said."
    )
    describes: Prose | None = Field(None, description="What it does, for those who turn it.")


class SwitchLever(LeverPart):
    """On or off."""

    kind: Literal["switch"] = Field(description="A switch.")
    normal: Literal["enabled", "disabled"] = Field("enabled", description="The position in normal operation.")
    safe: Literal["enabled", "disabled"] | None = Field(None, description="The safe position.")
    message: MessageName | None = Field(None, description="What users see while it is off.")


class AllowlistLever(LeverPart):
    """What may be used: tools, actions, sources."""

    kind: Literal["allowlist"] = Field(description="A list of what is allowed.")
    normal: Annotated[tuple[Label, ...], Several] = Field(description="What is allowed in normal operation.")
    safe: Annotated[tuple[Label, ...], Several] | None = Field(
        None, description="What is allowed when it is safe."
    )


class Tier(Part):
    """What a guardrail does with each kind of content or action, from the mildest to the strictest."""

    log: Texts = Field((), description="Recorded.")
    warn: Texts = Field((), description="The user is warned.")
    confirm: Texts = Field((), description="The user must confirm.")
    redact: Texts = Field((), description="Taken out.")
    review: Texts = Field((), description="A person looks first.")
    block: Texts = Field((), description="Refused.")


class TierLever(LeverPart):
    """Tiers of guardrails; a later name in the alphabet is more restrictive."""

    kind: Literal["tier"] = Field(description="Tiers of guardrails.")
    normal: Name = Field(description="The tier in normal operation.")
    safe: Name | None = Field(None, description="The safe tier.")
    tiers: Annotated[dict[Name, Annotated[Tier, Keyed]], Keyed] = Field(
        description="The tiers, by name: a later name (A, B, C) is more restrictive."
    )

    @model_validator(mode="after")
    def _tiers_exist(self) -> TierLever:
        for key, tier in (("normal", self.normal), ("safe", self.safe)):
            if tier is not None and tier not in self.tiers:
                raise refuse("HF206", f"no tier is called `{tier}`", did_you_mean(tier, self.tiers), into=key)
        if self.safe is not None and self.safe < self.normal:
            fix = "tiers are restrictive in the order of their names: name the safe one later"
            raise refuse(
                "HF203", f"the safe tier `{self.safe}` is milder than `{self.normal}`", fix, into="safe"
            )
        return self


class RateLimitLever(LeverPart):
    """How much is served."""

    kind: Literal["rate_limit"] = Field(description="A rate limit.")
    normal: RateOf = Field(description="The limit in normal operation: `60/min per tenant`.")
    safe: RateOf | None = Field(None, description="The safe limit.")
    shared: YesNo = Field(False, description="All processes share the limit; else it holds for each of them.")
    message: MessageName | None = Field(None, description="What users see who are over the limit.")


class QueueLever(LeverPart):
    """A queue before admission."""

    kind: Literal["queue"] = Field(description="An admission queue.")
    normal: Literal["direct", "queued"] = Field("direct", description="The position in normal operation.")
    safe: Literal["direct", "queued"] | None = Field(None, description="The safe position.")
    per_second: Number = Field(description="How many are let in each second.")
    longest: Span = Field(description="The longest wait.")
    first: Texts = Field((), description="Who goes first.")
    message: MessageName | None = Field(None, description="What users see who wait.")
    beyond: Literal["refuse", "admit"] = Field("refuse", description="What happens beyond the longest wait.")


class Opening(Part):
    """What opens a breaker."""

    metric: MetricName = Field(description="The metric.")
    data: DataName | None = Field(None, description="The records; what is served, where it is not said.")
    hits: Count | None = Field(None, description="So many hits.")
    above: LevelOf | None = Field(None, description="Above this level.")
    window: Span | None = Field(None, description="Within this time.")

    @model_validator(mode="after")
    def _one_trigger(self) -> Opening:
        if (self.hits is None) == (self.above is None):
            raise refuse(
                "HF213", "a breaker opens at one of `hits` and `above`", "add `hits: 1`, or `above: 1%`"
            )
        return self


class BreakerLever(LeverPart):
    """Opens by itself in the serving process."""

    kind: Literal["breaker"] = Field(description="A circuit breaker.")
    opens_when: Annotated[Opening, Keyed] | None = Field(None, description="What opens it.")
    half_open_after: Span | None = Field(None, description="When it tries again.")
    normal: Literal["closed", "open"] = Field("closed", description="The position in normal operation.")
    safe: Literal["closed", "open"] | None = Field(None, description="The safe position.")


class ReviewRoute(Part):
    """Which answers a person looks at first."""

    when: Formula = Field(description='The answers that wait for a person; "true" is all of them.')


class ReviewQueueLever(LeverPart):
    """Answers that wait for a person."""

    kind: Literal["review_queue"] = Field(description="A route to reviewers.")
    normal: Annotated[ReviewRoute, Keyed] | None = Field(
        None, description="What is reviewed in normal operation."
    )
    safe: Annotated[ReviewRoute, Keyed] | None = Field(None, description="What is reviewed when it is safe.")
    reviewers: Party = Field(description="Who reviews.")
    within: Span | None = Field(None, description="How soon.")
    beyond: Literal["refuse", "admit"] = Field(
        "refuse", description="What happens to an answer nobody looked at."
    )
    message: MessageName | None = Field(None, description="What users see who wait.")


class ShadowStep(Part):
    """The bundle answers beside the present one, unseen."""

    shadow: Span = Field(description="How long.")


class WeightStep(Part):
    """The bundle serves a part of the traffic."""

    weight: Share = Field(description="The part.")
    for_: Span | None = Field(None, alias="for", description="How long; the last step has no end.")


RolloutStep: TypeAlias = Annotated[
    Annotated[ShadowStep, Tag("@shadow")] | Annotated[WeightStep, Tag("@weight")],
    ByKey("a step of a roll-out", "shadow", "weight"),
]


class BundleLever(LeverPart):
    """What is deployed: model, prompts, index, parameters, tools and policy together."""

    kind: Literal["bundle"] = Field(description="The deployed bundle.")
    safe: Label | None = Field(None, description="The bundle to go back to: `last-good`, or its name.")
    rollout: Annotated[tuple[RolloutStep, ...], Several] = Field(
        (), description="How a new one is brought out."
    )
    judge: Annotated[dict[MetricName, LevelOf], Keyed] = Field(
        {}, description="Metric -> how much worse than the stable bundle is tolerated."
    )
    rollback: Literal["automatic", "manual"] = Field("manual", description="Who rolls back when it is worse.")


class SettingLever(LeverPart):
    """Anything that the application reads."""

    kind: Literal["setting"] = Field(description="A setting.")
    normal: FreeValue = Field(description="The value in normal operation.")
    safe: FreeValue | None = Field(None, description="The safe value.")


class Post(Part):
    """A signed request, with a receipt and a time-out."""

    post: Address = Field(description="The address that is posted to; `$NAME` where it carries a secret.")
    sign_with: Secret | None = Field(None, description="The key that the request is signed with, as `$NAME`.")
    timeout: Span | None = Field(None, description="How long an answer may take.")


Positions: TypeAlias = Annotated[dict[Name, Annotated[Post, Keyed]], Keyed]


class HookLever(LeverPart):
    """An act outside, such as revoking a key."""

    kind: Literal["hook"] = Field(description="An act outside.")
    safe: Name | None = Field(None, description="The safe position.")
    to: Positions = Field(description="Position -> what is asked for to reach it.")

    @model_validator(mode="after")
    def _safe_exists(self) -> HookLever:
        if self.safe is not None and self.safe not in self.to:
            raise refuse(
                "HF206", f"no position is called `{self.safe}`", did_you_mean(self.safe, self.to), into="safe"
            )
        return self


class FlushLever(LeverPart):
    """Something that is emptied: a cache, an index."""

    kind: Literal["flush"] = Field(description="Something that is emptied.")
    safe: Name | None = Field(None, description="The safe position.")
    to: Positions = Field(description="Position -> what is asked for to reach it.")

    @model_validator(mode="after")
    def _safe_exists(self) -> FlushLever:
        if self.safe is not None and self.safe not in self.to:
            raise refuse(
                "HF206", f"no position is called `{self.safe}`", did_you_mean(self.safe, self.to), into="safe"
            )
        return self


Lever: TypeAlias = Annotated[
    Annotated[SwitchLever, Tag("@switch")]
    | Annotated[AllowlistLever, Tag("@allowlist")]
    | Annotated[TierLever, Tag("@tier")]
    | Annotated[RateLimitLever, Tag("@rate_limit")]
    | Annotated[QueueLever, Tag("@queue")]
    | Annotated[BreakerLever, Tag("@breaker")]
    | Annotated[ReviewQueueLever, Tag("@review_queue")]
    | Annotated[BundleLever, Tag("@bundle")]
    | Annotated[SettingLever, Tag("@setting")]
    | Annotated[HookLever, Tag("@hook")]
    | Annotated[FlushLever, Tag("@flush")],
    ByKind("a lever", *KINDS),
]
