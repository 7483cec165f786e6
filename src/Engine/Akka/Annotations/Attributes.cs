namespace Akka.Annotations;

[AttributeUsage(AttributeTargets.All)]
public sealed class ApiMayChangeAttribute : Attribute;

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
public sealed class DoNotInheritAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
public sealed class InternalApiAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
public sealed class InternalStableApiAttribute : Attribute;
