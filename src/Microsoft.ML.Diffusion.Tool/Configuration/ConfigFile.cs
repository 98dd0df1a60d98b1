using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Diffusion.Tool.Configuration;

/// <summary>Sets the options of an estimator from a JSON file: one object whose keys are the options' property names, in
/// any case. Comments and trailing commas are allowed. <c>"preset": "paper"</c> is applied first, wherever it stands:
/// it calls the options' <c>UsePaper</c>, as <c>"csdit"</c> calls <c>UseCsdiT</c>; <c>"preset": "default"</c> changes nothing.</summary>
public static class ConfigFile
{
    private const string PresetKey = "preset";

    private static readonly JsonDocumentOptions s_reading = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static readonly JsonSerializerOptions s_values = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>Applies a file to options.</summary>
    /// <exception cref="InputException">No such file, no JSON object, an unknown key, or a value of another type.</exception>
    public static void Apply(string path, object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using JsonDocument document = Parse(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{path}: a JSON object such as {{ \"epochs\": 100 }} was expected.");
        Dictionary<string, PropertyInfo> settable = Settable(options.GetType());
        JsonProperty[] entries = [.. document.RootElement.EnumerateObject()];
        foreach (JsonProperty entry in entries.Where(IsPreset))
            ApplyPreset(path, options, entry.Value);
        foreach (JsonProperty entry in entries.Where(entry => !IsPreset(entry)))
        {
            if (!settable.TryGetValue(entry.Name, out PropertyInfo? property))
                throw new InputException($"{path}: there is no option '{entry.Name}'{NearNames.Ask(entry.Name, settable.Keys.Append(PresetKey))}");
            Set(path, options, property, entry);
        }
    }

    private static JsonDocument Parse(string path)
    {
        byte[] bytes = InputFile.ReadBytes(path);
        try
        {
            return JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), s_reading);
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: a JSON object was expected, and this is not JSON.", e);
        }
    }

    private static bool IsPreset(JsonProperty entry) => string.Equals(entry.Name, PresetKey, StringComparison.OrdinalIgnoreCase);

    private static void ApplyPreset(string path, object options, JsonElement value)
    {
        string? name = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (string.Equals(name, "default", StringComparison.OrdinalIgnoreCase))
            return;
        string? method = string.Equals(name, "paper", StringComparison.OrdinalIgnoreCase) ? "UsePaper"
            : string.Equals(name, "csdit", StringComparison.OrdinalIgnoreCase) ? "UseCsdiT" : null;
        MethodInfo? preset = method is null ? null : options.GetType().GetMethod(method, Type.EmptyTypes);
        if (preset is null)
            throw new InputException($"{path}: there is no preset {value.GetRawText()}; \"default\", \"paper\" or \"csdit\" was expected.");
        preset.Invoke(options, null);
    }

    /// <summary>What JSON can say: not progress, tokens and the like. An option that a derived class declares anew hides
    /// the one beneath it.</summary>
    private static Dictionary<string, PropertyInfo> Settable(Type type)
    {
        var settable = new Dictionary<string, PropertyInfo>(StringComparer.OrdinalIgnoreCase);
        for (Type? level = type; level is not null; level = level.BaseType)
        {
            foreach (PropertyInfo property in level.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                Type value = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                bool plain = value.IsPrimitive || value.IsEnum || value == typeof(string) || value == typeof(TimeSpan) || value == typeof(string[]);
                if (plain && property.SetMethod is { IsPublic: true })
                    settable.TryAdd(property.Name, property);
            }
        }

        return settable;
    }

    private static void Set(string path, object options, PropertyInfo property, JsonProperty entry)
    {
        try
        {
            property.SetValue(options, entry.Value.Deserialize(property.PropertyType, s_values));
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: {entry.Name} is {entry.Value.GetRawText()} where {Expected(property.PropertyType)} was expected.", e);
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException inner)
        {
            throw new InputException($"{path}: {entry.Name} is {entry.Value.GetRawText()}: {inner.Message}", inner);
        }
    }

    private static string Expected(Type type)
    {
        Type? inner = Nullable.GetUnderlyingType(type);
        Type value = inner ?? type;
        string what = value.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(value))}"
            : value == typeof(bool) ? "true or false"
            : value == typeof(string) ? "a text"
            : value == typeof(string[]) ? "a list of texts"
            : value == typeof(TimeSpan) ? "a time such as \"00:05:00\""
            : value == typeof(double) || value == typeof(float) ? "a number"
            : "a whole number";
        return inner is null ? what : $"{what} (or null)";
    }
}
