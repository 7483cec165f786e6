using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Akka.Util;

public static partial class TypeExtensions
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    public static bool Implements<T>(this Type type) => Implements(type, typeof(T));

    public static bool Implements(this Type type, Type moreGeneralType) => moreGeneralType.IsAssignableFrom(type);

    /// <summary>
    /// The type's name with its assembly's simple name, for generic arguments too: what goes over the wire and into journals must
    /// not change with a version.
    /// </summary>
    public static string TypeQualifiedName(this Type type) =>
        Names.GetOrAdd(type, static t => VersionPart().Replace(t.AssemblyQualifiedName!, ""));

    [GeneratedRegex(@", Version=[^,\]]+, Culture=[^,\]]+, PublicKeyToken=[^,\]]+")]
    private static partial Regex VersionPart();
}
