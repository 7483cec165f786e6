using System.Reflection;

namespace Engine.Tests.Api;

/// <summary>
/// What an assembly shows to its users, as lines of `akka-net-1.5.27-api.txt`: `type KIND NAME`, `is NAME : ANCESTOR`,
/// `has NAME :: SIGNATURE`, and `over NAME :: SIGNATURE` for what may be overridden.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.FlattenHierarchy;

    /// <summary>What a compiler writes by itself, for records above all: it says nothing about the API.</summary>
    private static readonly HashSet<string> Unsaid =
    [
        "Equals", "GetHashCode", "ToString", "GetType", "Finalize", "MemberwiseClone", "Deconstruct", "PrintMembers", "<Clone>$",
        "get_EqualityContract", "op_Equality", "op_Inequality",
    ];

    public static SortedSet<string> Of(Assembly assembly) =>
        new(assembly.GetTypes().Where(IsShown).SelectMany(FactsOf), StringComparer.Ordinal);

    private static IEnumerable<string> FactsOf(Type type)
    {
        var name = TypeName.Of(type);
        yield return $"type {KindOf(type)} {name}";

        foreach (var ancestor in BaseTypesOf(type).Concat(type.GetInterfaces()).Where(IsShown))
            yield return $"is   {name} : {TypeName.Of(ancestor)}";

        foreach (var field in type.GetFields(Members).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
        {
            if (IsOfTheEngine(field))
                yield return $"has  {name} :: {(field.IsStatic ? "static " : "")}{TypeName.Of(field.FieldType)} {field.Name}";
        }

        foreach (var constructor in type.GetConstructors(Members).Where(c => !c.IsStatic && IsShown(c)))
            yield return $"has  {name} :: {AccessOf(constructor)}new({ParametersOf(constructor)})";

        foreach (var method in type.GetMethods(Members).Where(m => IsShown(m) && IsOfTheEngine(m) && !Unsaid.Contains(m.Name)))
        {
            var signature = $"{name} :: {SignatureOf(method)}";
            yield return "has  " + signature;
            if (method is { IsVirtual: true, IsFinal: false } && type is { IsInterface: false, IsSealed: false })
                yield return "over " + signature;
        }
    }

    private static string KindOf(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when type.IsAssignableTo(typeof(Delegate)) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<Type> BaseTypesOf(Type type)
    {
        for (var above = type.BaseType; above is not null; above = above.BaseType)
            yield return above;
    }

    private static bool IsShown(Type type) => type.IsNested
        ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsShown(type.DeclaringType!)
        : type.IsPublic;

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOfTheEngine(MemberInfo member) =>
        !(member.DeclaringType?.Namespace ?? "").StartsWith("System", StringComparison.Ordinal);

    private static string SignatureOf(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(",", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        var placement = method.IsStatic ? "static " : "";
        return $"{AccessOf(method)}{placement}{TypeName.Of(method.ReturnType)} {method.Name}{generic}({ParametersOf(method)})";
    }

    private static string AccessOf(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string ParametersOf(MethodBase method) => string.Join(", ", method.GetParameters().Select(ParameterOf));

    private static string ParameterOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var manner = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : type.IsByRef ? "ref " : "";
        return manner + TypeName.Of(type.IsByRef ? type.GetElementType()! : type) + (parameter.HasDefaultValue ? " ?" : "");
    }
}
