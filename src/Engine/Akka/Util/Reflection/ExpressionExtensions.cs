using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Util.Reflection;

public static class ExpressionExtensions
{
    /// <summary>The values of a constructor call's arguments, taken now.</summary>
    public static object[] GetArguments(this NewExpression newExpression) =>
        [.. newExpression.Arguments.Select(argument => Value(argument)!)];

    private static object? Value(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        // Captured variables are fields of a closure: by far the most frequent case, and costly to compile.
        MemberExpression { Member: FieldInfo field } member =>
            field.GetValue(member.Expression is null ? null : Value(member.Expression)),
        MemberExpression { Member: PropertyInfo property } member =>
            property.GetValue(member.Expression is null ? null : Value(member.Expression)),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile()(),
    };
}
