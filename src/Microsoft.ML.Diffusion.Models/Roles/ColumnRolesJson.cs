using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Reads and writes columns.json; docs/roles.md describes it.</summary>
internal static class ColumnRolesJson
{
    private const int Version = 1;
    private static readonly string[] s_topProperties = ["version", "columns"];
    private static readonly string[] s_properties =
        ["name", "role", "format", "step", "offset", "min", "max", "habit", "values", "mergeVariants", "missing", "reason"];

    public static string Write(ColumnRoles roles)
    {
        using var stream = new MemoryStream();
        // The file is read by people: € stays €.
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(stream, options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteStartArray("columns");
            foreach (ColumnEntry entry in roles)
                Write(writer, entry);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    public static ColumnRoles Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var options = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            using var document = JsonDocument.Parse(json, options);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw Wrong("the file must be an object with the properties version and columns.");
            Check(root, s_topProperties, "at the top");
            if (!root.TryGetProperty("version", out JsonElement version) || version.ValueKind != JsonValueKind.Number
                || !version.TryGetInt32(out int number) || number != Version)
                throw Wrong($"the property version must be {Version}.");
            if (!root.TryGetProperty("columns", out JsonElement columns) || columns.ValueKind != JsonValueKind.Array)
                throw Wrong("the property columns must be an array of objects.");
            return new ColumnRoles(columns.EnumerateArray().Select(ReadEntry));
        }
        catch (JsonException e)
        {
            throw Wrong($"line {(e.LineNumber ?? 0) + 1} is not JSON.", e);
        }
        catch (ArgumentException e) when (e is not ArgumentNullException)
        {
            throw Wrong(e.Message.Split(" (Parameter")[0], e);
        }
    }

    private static void Write(Utf8JsonWriter writer, ColumnEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("name", entry.Name);
        writer.WriteString("role", entry.Role.ToName());
        WriteText(writer, "format", entry.Format);
        if (entry.Step is { } step)
            writer.WriteNumber("step", step);
        if (entry.Offset != 0)
            writer.WriteNumber("offset", entry.Offset);
        WriteText(writer, "min", entry.Min);
        WriteText(writer, "max", entry.Max);
        if (entry.Habit != DateHabit.None)
            writer.WriteString("habit", entry.Habit.ToName());
        WriteTexts(writer, "values", entry.Values);
        if (entry.MergeVariants)
            writer.WriteBoolean("mergeVariants", true);
        WriteTexts(writer, "missing", entry.MissingMarks.Count > 0 ? entry.MissingMarks : null);
        WriteText(writer, "reason", entry.Reason);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string property, string? text)
    {
        if (text != null)
            writer.WriteString(property, text);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string property, IReadOnlyList<string>? texts)
    {
        if (texts == null)
            return;
        writer.WriteStartArray(property);
        foreach (string text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static ColumnEntry ReadEntry(JsonElement element, int index)
    {
        string where = $"column {index + 1}";
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong($"{where} must be an object with at least name and role.");
        string name = Text(element, "name", where) ?? throw Wrong($"{where} has no name.");
        where = $"column '{name}'";
        Check(element, s_properties, where);
        string roleName = Text(element, "role", where) ?? throw Wrong($"{where} has no role.");
        if (!RoleNames.TryParseRole(roleName, out ColumnRole role))
            throw Wrong($"{where} has no known role '{roleName}'{Known(roleName, RoleNames.Roles)}");
        string? habitName = Text(element, "habit", where);
        DateHabit habit = DateHabit.None;
        if (habitName != null && !RoleNames.TryParseHabit(habitName, out habit))
            throw Wrong($"{where} has no known habit '{habitName}'{Known(habitName, RoleNames.Habits)}");
        var entry = new ColumnEntry
        {
            Name = name,
            Role = role,
            Format = Text(element, "format", where),
            Step = Number(element, "step", where),
            Offset = Number(element, "offset", where) ?? 0,
            Min = Text(element, "min", where),
            Max = Text(element, "max", where),
            Habit = habit,
            Values = Texts(element, "values", where),
            MergeVariants = Truth(element, "mergeVariants", where),
            MissingMarks = Texts(element, "missing", where) ?? [],
            Reason = Text(element, "reason", where),
        };
        Check(entry, where);
        return entry;
    }

    private static void Check(ColumnEntry entry, string where)
    {
        bool numeric = entry.Role.IsNumeric();
        foreach ((bool given, bool allowed, string property, string roles) in (ReadOnlySpan<(bool, bool, string, string)>)
        [
            (entry.Format != null, numeric, "format", "numbers, amounts, dates, times, timestamps and durations"),
            (entry.Step != null || entry.Offset != 0, numeric, "step", "numbers, amounts, dates, times, timestamps and durations"),
            (entry.Min != null || entry.Max != null, numeric, "min", "numbers, amounts, dates, times, timestamps and durations"),
            (entry.Habit != DateHabit.None, entry.Role is ColumnRole.Date or ColumnRole.Timestamp, "habit", "dates and timestamps"),
            (entry.Values != null, entry.Role.IsCategorical(), "values", "yes/no, categories, codes and constants"),
            (entry.MergeVariants, entry.Role.IsCategorical(), "mergeVariants", "yes/no, categories, codes and constants"),
        ])
            if (given && !allowed)
                throw Wrong($"{where} is of the role {entry.Role.ToName()}, but the property {property} belongs to {roles}.");
        if (entry.Step is <= 0)
            throw Wrong($"{where} needs a step above 0.");
        if (entry.Role == ColumnRole.YesNo && entry.Values is { Count: not 2 })
            throw Wrong($"{where} needs two values, the word for no and then the word for yes.");
        if (!numeric || entry.Format == null)
            return;
        try
        {
            RoleCodec.Create(entry);
        }
        catch (FormatException e)
        {
            throw Wrong(e.Message, e);
        }
    }

    private static void Check(JsonElement element, string[] known, string where)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
                throw Wrong($"{where} there is no property '{property.Name}'{Known(property.Name, known)}");
            if (!seen.Add(property.Name))
                throw Wrong($"{where} the property {property.Name} is given twice.");
        }
    }

    private static string Known(string unknown, IEnumerable<string> known)
    {
        string near = NearNames.Ask(unknown, known);
        return near == "." ? $"; there are {string.Join(", ", known)}." : near;
    }

    private static string? Text(JsonElement element, string property, string where) =>
        !element.TryGetProperty(property, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong($"{where} needs a text as {property}.");

    private static double? Number(JsonElement element, string property, string where) =>
        !element.TryGetProperty(property, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number
        : throw Wrong($"{where} needs a number as {property}.");

    private static bool Truth(JsonElement element, string property, string where) =>
        element.TryGetProperty(property, out JsonElement value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => throw Wrong($"{where} needs true or false as {property}."),
        };

    private static string[]? Texts(JsonElement element, string property, string where)
    {
        if (!element.TryGetProperty(property, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Wrong($"{where} needs an array of texts as {property}.");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    private static FormatException Wrong(string message, Exception? inner = null) => new("In columns.json, " + message, inner);
}
