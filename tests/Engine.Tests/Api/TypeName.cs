namespace Engine.Tests.Api;

/// <summary>Types' full names as C# would spell them, a `+` before a nested type's.</summary>
internal static class TypeName
{
    public static string Of(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (type.HasElementType)
            return Of(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsPointer ? "*" : "&");

        var simple = type.Name.Split('`')[0];
        var qualified = type.IsNested ? $"{Of(Enclosing(type))}+{simple}"
            : string.IsNullOrEmpty(type.Namespace) ? simple
            : $"{type.Namespace}.{simple}";
        var inherited = type.IsNested ? type.DeclaringType!.GetGenericArguments().Length : 0;
        var own = type.GetGenericArguments()[inherited..];
        return own.Length == 0 ? qualified : $"{qualified}<{string.Join(",", own.Select(Of))}>";
    }

    /// <summary>A nested type carries the arguments of the one around it first.</summary>
    private static Type Enclosing(Type type)
    {
        var outer = type.DeclaringType!;
        return outer.IsGenericTypeDefinition && type.IsConstructedGenericType
            ? outer.MakeGenericType(type.GetGenericArguments()[..outer.GetGenericArguments().Length])
            : outer;
    }
}
