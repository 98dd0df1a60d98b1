using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.StandIns.Tests.Api;

/// <summary>Types and members in words that are the same for two assemblies when a caller can exchange one for the other.</summary>
internal static class Signatures
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>What a caller or a derived class sees of a type itself.</summary>
    public static string Of(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface" : "class";
        string modifiers = (type.IsAbstract ? "abstract " : "") + (type.IsSealed ? "sealed " : "");
        return $"{modifiers}{kind} {type} : {type.BaseType}{Constraints(type.GetGenericArguments())}";
    }

    /// <summary>The members declared by a type that are seen from outside its assembly.</summary>
    public static IEnumerable<string> Declared(Type type) => type.GetMembers(Everything | BindingFlags.DeclaredOnly).Where(IsSeen).Select(Of);

    /// <summary>The members that a type has or inherits and that are seen from outside its assembly.</summary>
    public static IEnumerable<string> Seen(Type type) => Ancestry(type).SelectMany(Declared);

    /// <summary>All members that a type declares, internal ones too.</summary>
    public static IEnumerable<string> All(Type type) => type.GetMembers(Everything | BindingFlags.DeclaredOnly).Select(Of);

    private static IEnumerable<Type> Ancestry(Type type)
    {
        for (Type? t = type; t != null; t = t.BaseType)
            yield return t;
        foreach (Type t in type.GetInterfaces())
            yield return t;
    }

    private static bool IsSeen(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsSeen),
        EventInfo @event => IsSeen(@event.AddMethod!),
        _ => false,
    };

    private static string Of(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => Parameters(constructor, ".ctor"),
        MethodInfo method => (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : "")
            + $"{method.ReturnType} {Parameters(method, method.Name)}{Constraints(method.GetGenericArguments())}",
        FieldInfo { IsLiteral: true } constant => $"{constant.FieldType} {constant.Name} = {Value(constant.GetRawConstantValue())}",
        FieldInfo field => (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "") + $"{field.FieldType} {field.Name}",
        PropertyInfo property => $"property {property.PropertyType} {property.Name}",
        EventInfo @event => $"event {@event.EventHandlerType} {@event.Name}",
        _ => member.ToString()!,
    };

    private static string Parameters(MethodBase method, string name) => $"{name}({string.Join(", ", method.GetParameters().Select(Of))})";

    private static string Of(ParameterInfo parameter)
        => (parameter.IsOut ? "out " : parameter.IsIn ? "in " : "")
            + (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")
            + $"{parameter.ParameterType} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue)}" : "");

    private static string Value(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "default";

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Where(argument => argument.IsGenericParameter).Select(argument
        => $" where {argument} : {argument.GenericParameterAttributes} {string.Join(", ", argument.GetGenericParameterConstraints().Select(constraint => constraint.ToString()).Order(StringComparer.Ordinal))}"));
}
