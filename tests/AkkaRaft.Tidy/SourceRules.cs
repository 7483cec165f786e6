using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AkkaRaft.Tidy;

/// <summary>Rules for one C# file. Each gives what breaks it, with the line.</summary>
internal static class SourceRules
{
    /// <summary>A longer file has more than one job.</summary>
    public const int MaxFileLines = 400;

    /// <summary>A longer method cannot be seen at once.</summary>
    public const int MaxMethodLines = 70;

    /// <summary>A class with more state than this has more than one job.</summary>
    public const int MaxFields = 12;

    /// <summary>The file is too long.</summary>
    public static IEnumerable<string> LongFiles(string path, string text)
    {
        var lines = text.AsSpan().Count('\n');
        return lines > MaxFileLines ? [$"{path}: {lines} lines; at most {MaxFileLines}"] : [];
    }

    /// <summary>Methods that are too long.</summary>
    public static IEnumerable<string> LongMethods(string path, string text) =>
        from method in Members<BaseMethodDeclarationSyntax>(text)
        let lines = LinesOf(method)
        where lines > MaxMethodLines
        select $"{path}:{LineOf(method)}: a method of {lines} lines; at most {MaxMethodLines}";

    /// <summary>
    /// Classes with too many fields: those declared, those behind properties, and the parameters of a primary constructor that members use.
    /// Records of settings and of data are exempt, as they have no behaviour.
    /// </summary>
    public static IEnumerable<string> ManyFields(string path, string text) =>
        from type in Members<ClassDeclarationSyntax>(text)
        let fields = FieldsOf(type)
        where fields > MaxFields
        select $"{path}:{LineOf(type)}: {type.Identifier} has {fields} fields; at most {MaxFields}";

    /// <summary>Classes that are spread over files. One whose other part is the compiler's regular expression is not.</summary>
    public static IEnumerable<string> Partial(string path, string text) =>
        from type in Members<TypeDeclarationSyntax>(text)
        where type.Modifiers.Any(SyntaxKind.PartialKeyword) && !type.Members.Any(IsGenerated)
        select $"{path}:{LineOf(type)}: {type.Identifier} is partial";

    /// <summary>Notes of unfinished work.</summary>
    public static IEnumerable<string> Unfinished(string path, string text) =>
        Lines(path, text, line => Words.Unfinished.IsMatch(line), "unfinished work; do it, or file an issue");

    /// <summary>The lines for which something holds.</summary>
    public static IEnumerable<string> Lines(string path, string text, Func<string, bool> isWrong, string why) =>
        text.Split('\n').Select((line, index) => (line, Number: index + 1))
            .Where(each => isWrong(each.line))
            .Select(each => $"{path}:{each.Number}: {why}: {each.line.Trim()}");

    /// <summary>The names of members that are not public, with where they are declared.</summary>
    public static IEnumerable<(string Name, string Where)> HiddenMembers(string path, string text) =>
        from member in Members<MemberDeclarationSyntax>(text)
        where !member.Modifiers.Any(SyntaxKind.OverrideKeyword) && !IsVisible(member)
        from name in NamesOf(member)
        select (name, $"{path}:{LineOf(member)}");

    private static bool IsGenerated(MemberDeclarationSyntax member) =>
        member.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() == "GeneratedRegex");

    private static int FieldsOf(ClassDeclarationSyntax type)
    {
        var fields = type.Members.OfType<FieldDeclarationSyntax>()
            .Where(field => !field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ConstKeyword))
            .Sum(field => field.Declaration.Variables.Count);
        var properties = type.Members.OfType<PropertyDeclarationSyntax>().Count(IsStored);
        return fields + properties + CapturedParameters(type);
    }

    private static bool IsStored(PropertyDeclarationSyntax property) =>
        !property.Modifiers.Any(SyntaxKind.StaticKeyword)
        && !property.Modifiers.Any(SyntaxKind.AbstractKeyword)
        && property.AccessorList?.Accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null) == true;

    private static int CapturedParameters(ClassDeclarationSyntax type) => type.ParameterList?.Parameters
        .Count(parameter => type.Members
            .Where(member => member is not FieldDeclarationSyntax && !(member is PropertyDeclarationSyntax property && IsStored(property)))
            .SelectMany(member => member.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Any(name => name.Identifier.Text == parameter.Identifier.Text)) ?? 0;

    private static bool IsVisible(MemberDeclarationSyntax member) =>
        member.Modifiers.Any(SyntaxKind.PublicKeyword)
            && member.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().All(type => type.Modifiers.Any(SyntaxKind.PublicKeyword));

    private static IEnumerable<string> NamesOf(MemberDeclarationSyntax member) => member switch
    {
        // What implements an interface explicitly is called by the interface's name.
        MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method => [method.Identifier.Text],
        PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property => [property.Identifier.Text],
        FieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => variable.Identifier.Text),
        // A class of extension methods is not named where they are used.
        BaseTypeDeclarationSyntax type when !type.Modifiers.Any(SyntaxKind.StaticKeyword) => [type.Identifier.Text],
        _ => [],
    };

    private static IEnumerable<T> Members<T>(string text)
        where T : SyntaxNode =>
        CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<T>();

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static int LineOf(SyntaxNode node) => node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
}
