using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Diffusion.Tool.Commands;

/// <summary>Options with a value of a certain kind, each saying in one sentence what was expected.</summary>
internal static class TypedOption
{
    /// <summary>One of some names, in any case.</summary>
    public static Option<T?> Choice<T>(string name, IReadOnlyDictionary<string, T> choices, string description)
        where T : struct => Completed(choices.Keys, new Option<T?>(name)
        {
            HelpName = string.Join('|', choices.Keys),
            Description = description,
            CustomParser = result =>
            {
                string given = result.Tokens[0].Value;
                foreach ((string key, T value) in choices)
                {
                    if (string.Equals(key, given, StringComparison.OrdinalIgnoreCase))
                        return value;
                }

                result.AddError($"{name} is '{given}' where {string.Join(", ", choices.Keys)} was expected.");
                return null;
            },
        });

    /// <summary>One of some names, in any case; the value is the name as it is listed.</summary>
    public static Option<string?> Name(string name, IReadOnlyList<string> names, string description) => Completed(
        names, new Option<string?>(name)
        {
            HelpName = "NAME",
            Description = description,
            CustomParser = result =>
            {
                string given = result.Tokens[0].Value;
                string? known = names.FirstOrDefault(each => string.Equals(each, given, StringComparison.OrdinalIgnoreCase));
                if (known is null)
                    result.AddError($"{name} is '{given}' where {string.Join(", ", names)} was expected.");
                return known;
            },
        });

    /// <summary>The names of an enumeration, in lower case.</summary>
    public static Option<T?> Choice<T>(string name, string description)
        where T : struct, Enum =>
        Choice(name, Enum.GetValues<T>().ToDictionary(value => value.ToString().ToLowerInvariant(), StringComparer.Ordinal), description);

    /// <summary>Some of the names of an enumeration of flags, in any case and with commas between; the one that is nothing is no
    /// name.</summary>
    public static Option<T?> Flags<T>(string name, string description)
        where T : struct, Enum
    {
        var names = Enum.GetValues<T>().Where(value => Convert.ToInt32(value, CultureInfo.InvariantCulture) != 0)
            .ToDictionary(value => value.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);
        return Completed(names.Keys, new Option<T?>(name)
        {
            HelpName = "A,B",
            Description = $"{description} Names: {string.Join(", ", names.Keys)}.",
            CustomParser = result =>
            {
                int flags = 0;
                foreach (string given in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
                {
                    if (names.TryGetValue(given, out T value))
                    {
                        flags |= Convert.ToInt32(value, CultureInfo.InvariantCulture);
                        continue;
                    }

                    result.AddError($"{name} has '{given}' where some of {string.Join(", ", names.Keys)} were expected.");
                    return null;
                }

                return (T)Enum.ToObject(typeof(T), flags);
            },
        });
    }

    /// <summary>Whole numbers from 0, with commas between.</summary>
    public static Option<int[]?> Places(string name, string help, string description) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = result =>
        {
            string[] parts = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
            int[] numbers = [.. parts.Select(part =>
                int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
            if (!numbers.Contains(-1))
                return numbers;
            result.AddError(
                $"{name} is '{result.Tokens[0].Value}' where whole numbers with commas between, such as {help}, were expected.");
            return null;
        },
    };

    /// <summary>A number within bounds.</summary>
    public static Option<T?> Number<T>(string name, string help, T lowest, T highest, string expected, string description)
        where T : struct, INumber<T> => new(name)
        {
            HelpName = help,
            Description = description,
            CustomParser = result =>
            {
                string given = result.Tokens[0].Value;
                const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
                NumberStyles styles = typeof(T) == typeof(double) ? Plain | NumberStyles.AllowExponent : Plain;
                bool isNumber = T.TryParse(given, styles, CultureInfo.InvariantCulture, out T value);
                if (isNumber && value >= lowest && value <= highest)
                    return value;
                result.AddError($"{name} is '{given}' where {expected} was expected.");
                return null;
            },
        };

    // What a shell offers behind the option.
    private static Option<T> Completed<T>(IEnumerable<string> words, Option<T> option)
    {
        option.CompletionSources.Add([.. words]);
        return option;
    }
}
