using System.Globalization;
using System.Reflection;
using System.Text;

namespace Microsoft.ML.Diffusion.Fuzzing.Configurations;

/// <summary>Makes configurations out of the options of a method, sound ones and such as a hurried or hostile person would write.</summary>
internal static class ConfigurationMutator
{
    private static readonly string[] s_values =
    [
        "null", "[null]", "[]", "{}", "true", "false", "-1", "0", "1", "-0.0", "1e999", "-1e999", "1e-999", "1.5", "2147483648",
        "-2147483649",
        "9999999999999999999999", "1e2", "\"\"", "\"x\"", "\"NaN\"", "\"Infinity\"", "\"\\ud800\"", "[\"a\", null]", "[\"a\", \"a\"]",
        "[\"absent\"]", "[1, 2]", "[0]", "[-1]", "[1e9]", "\"00:00:00\"", "\"-00:00:01\"", "\"99999999.00:00:00\"", "\"Linear\"",
        "\"linear\"",
        "\"Cosine\"", "\"3\"", "3", "8192", "8193", "0.5", "\"\\u001b[31m\"", "\"\\u0000\"", "[[[[1]]]]", "{\"a\": 1}",
    ];

    private static readonly byte[][] s_parts =
    [
        .. new[]
        {
            "null,", "\"\\ud800\": 1,", "\"unknown\": 1,", "\"unknown\": [\n1,\n2],", "\"\\u001b[31m\": 1,", "\"\": 1,", ",", ":",
            "\"", "{", "}",
            "[", "]", "\n", "//", "/*", "\\", "\uFEFF", "1", "-", "e", "\"seed\": 5,", "\"SEED\": 5,", "\"preset\": \"paper\",",
            "\"preset\": null,", "\"method\": \"mean\",", "\"method\": [],", "\u2028",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0], [0xFE, 0xFF],
    ];

    /// <summary>Makes a file.</summary>
    /// <param name="random">Decides on everything.</param>
    /// <param name="method">The name of the method; null to leave it out.</param>
    /// <param name="options">The classes of options that the file may name.</param>
    public static byte[] Make(Random random, string? method, params ReadOnlySpan<Type> options)
    {
        List<PropertyInfo> properties = [];
        foreach (Type type in options)
            properties.AddRange(type.GetProperties().Where(property => Sound(property, random) is not null));
        var entries = new List<string>();
        if (method is not null)
            entries.Add($"\"method\": \"{method}\"");
        // So little that a training takes milliseconds.
        if (random.Next(20) > 0)
            entries.Add("\"maxTrainingTime\": \"00:00:00.02\"");
        for (int i = random.Next(5); i > 0; i--)
        {
            PropertyInfo property = random.GetItems([.. properties], 1)[0];
            string value = random.Next(3) > 0 ? Sound(property, random)! : random.GetItems(s_values, 1)[0];
            string name = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            if (random.Next(8) == 0)
                name = name.ToUpperInvariant();
            if (random.Next(30) == 0)
                name = name.Remove(random.Next(name.Length), 1);
            entries.Insert(random.Next(entries.Count + 1), $"\"{name}\": {value}");
        }

        if (random.Next(30) == 0)
            entries.Add(entries.Count == 0 ? "" : entries[random.Next(entries.Count)]);
        string text = $"{{ {string.Join(random.Next(5) == 0 ? ",\n" : ", ", entries)}{(random.Next(10) == 0 ? "," : "")} }}";
        if (random.Next(200) == 0)
            text = Nested(random, text);
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(text)];
        for (int change = random.Next(4) > 0 ? 0 : random.Next(1, 4); change > 0; change--)
            Change(bytes, random);
        return [.. bytes];
    }

    /// <summary>A value that the option may have; null for an option that no file names.</summary>
    private static string? Sound(PropertyInfo property, Random random)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        if (property.SetMethod is not { IsPublic: true })
            return null;
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type.IsEnum ? $"\"{random.GetItems(Enum.GetNames(type), 1)[0]}\""
            : type == typeof(bool) ? random.GetItems(["true", "false"], 1)[0]
            : type == typeof(string[]) ? random.GetItems(["[]", "[\"a\"]", "[\"c\", \"d\"]"], 1)[0]
            : type == typeof(string) ? "\"a\""
            : type == typeof(TimeSpan) ? "\"00:00:00.02\""
            : type == typeof(IReadOnlyList<int>) ? random.GetItems(["[]", "[4]", "[4, 8]"], 1)[0]
            : type == typeof(double) || type == typeof(float) ? Math.Round(random.NextDouble(), 3).ToString(plain)
            : type.IsPrimitive ? random.Next(1, 20).ToString(plain) : null;
    }

    private static string Nested(Random random, string text)
    {
        int depth = random.GetItems([20, 63, 64, 65, 1000, 100_000], 1)[0];
        string open = random.GetItems(["[", "{\"a\":"], 1)[0];
        string close = random.Next(2) == 0 ? "" : new string(open == "[" ? ']' : '}', depth);
        string nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + close;
        return random.Next(2) == 0 ? nested : text[..^1] + (text.Length > 5 ? ", " : "") + "\"seed\": " + nested + "}";
    }

    private static void Change(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        switch (random.Next(6))
        {
            case 0:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                break;
            case 1 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.InsertRange(random.Next(3) == 0 ? at : Math.Min(1, bytes.Count), random.GetItems(s_parts, 1)[0]);
                break;
        }
    }
}
