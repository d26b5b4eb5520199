"""People who sign in, and the groups that give them rights."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from rules.permissions import has_perm


class SecurityGroup(models.Model):
    """A key ring: a named set of rights."""

    name = models.CharField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True, default="", db_default="")
    rights = models.JSONField(default=list)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ManagementGroup(models.Model):
    """The people whom the same managers look after; each person is in one at most."""

    name = models.CharField(max_length=60, unique=True)
    managers: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        "people.User", blank=True, related_name="manages"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users, whose name is their e-mail address."""

    def create_user(self, email: str, name: str = "", password: str | None = None, **fields: Any) -> "User":
        """A new user; without a password nobody can sign in as this user yet."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this address, in capitals or not."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address. What the person may do is the sum of the security groups."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True, db_default=True)
    is_staff = models.BooleanField(default=False, db_default=False)
    is_program = models.BooleanField(default=False, db_default=False)  # the command line; never signs in
    date_joined: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(default=timezone.now)
    groups = models.ManyToManyField(SecurityGroup, blank=True, related_name="users")
    management_group = models.ForeignKey(
        ManagementGroup, null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name that others read."""
        return str(self)

    def has_perm(self, permission: str, subject: object = None) -> bool:
        """Whether a rule such as `daybook.post_to_accounting` holds for this person."""
        return bool(has_perm(permission, self, subject))  # type: ignore[no-untyped-call]
