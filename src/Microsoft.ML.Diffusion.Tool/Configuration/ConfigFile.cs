using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.Configuration;

/// <summary>A JSON file with the options of an estimator and of its method: one object whose keys are the options' property names, in any
/// case, beside <c>"method"</c> and <c>"preset"</c>. Comments and trailing commas are allowed.</summary>
internal sealed class ConfigFile
{
    private const string PresetKey = "preset", MethodKey = "method";
    private const int LongestShown = 60;

    private static readonly NullabilityInfoContext s_nullability = new();

    // What an estimator does to a view beside filling or making rows: there is no such thing in a file.
    private static readonly HashSet<string> s_ofViews = new(StringComparer.Ordinal)
    {
        nameof(DiffusionImputeEstimator.Options.AddIndicators),
        nameof(DiffusionImputeEstimator.Options.IntervalCoverage),
        nameof(DiffusionImputeEstimator.Options.InferRoles),
        nameof(DiffusionSynthesizeEstimator.Options.Keys),
        nameof(DiffusionSynthesizeEstimator.Options.PersonalTexts),
        nameof(DiffusionAugmentEstimator.Options.SyntheticOnly),
        nameof(DiffusionAugmentEstimator.Options.WeightColumnName),
        nameof(DiffusionAugmentEstimator.Options.SyntheticWeight),
    };

    private static readonly JsonDocumentOptions s_reading = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private static readonly JsonSerializerOptions s_values = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private readonly string _name;
    private readonly (string Key, JsonElement Value)[] _entries;

    private ConfigFile(string name, (string Key, JsonElement Value)[] entries) => (_name, _entries) = (name, entries);

    /// <summary>The name of the method, where one is given.</summary>
    /// <exception cref="InputException">It is no text.</exception>
    public string? Method => TextOf(MethodKey);

    /// <summary>The name of the preset, where one is given.</summary>
    /// <exception cref="InputException">It is no text.</exception>
    public string? Preset => TextOf(PresetKey);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">No such file, no JSON object, or an option that is given twice.</exception>
    public static ConfigFile Read(string path)
    {
        string name = StandardStream.InputName(path);
        using JsonDocument document = Parse(path, name);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{name}: a JSON object such as {{ \"epochs\": 100 }} was expected.");
        (string Key, JsonElement Value)[] entries =
            [.. document.RootElement.Clone().EnumerateObject().Select(entry => (KeyOf(entry, name), entry.Value))];
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, _) in entries)
        {
            if (!seen.Add(key))
                throw new InputException($"{name}: {key} is given twice; once was expected.");
        }

        return new ConfigFile(name, entries);
    }

    /// <summary>Sets options by their names; each in the first object that has it.</summary>
    /// <param name="method">The name of the method.</param>
    /// <param name="options">The options of an estimator, and behind them those of its method, which <see cref="Method"/> and
    /// <see cref="Preset"/> have chosen.</param>
    /// <exception cref="InputException">An unknown key, or a value of another type.</exception>
    public void Set(string method, params object[] options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (object Options, Dictionary<string, PropertyInfo> Settable)[] all = [.. options.Select(each => (each, Settable(each.GetType())))];
        (string Key, JsonElement Value)[] entries = [.. _entries.Where(entry => !Is(entry.Key, MethodKey) && !Is(entry.Key, PresetKey))];
        foreach ((string key, _) in entries)
        {
            if (all.Any(each => each.Settable.ContainsKey(key)))
                continue;
            // The label is named on the command line, and not by its place.
            string[] others = [.. all[0].Settable.Keys, nameof(GeneratorOptions.LabelColumn)];
            string[] own = [.. all[^1].Settable.Keys.Except(others, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            IEnumerable<string> known = all.SelectMany(each => each.Settable.Keys).Append(MethodKey).Append(PresetKey);
            string near = NearNames.Ask(key, known.Distinct(StringComparer.OrdinalIgnoreCase));
            throw Refusal($"there is no option '{key}' of {method}{(near.Length > 1 ? near : $"; it has {Listed(own)}.")}");
        }

        foreach ((string key, JsonElement value) in entries)
        {
            (object target, Dictionary<string, PropertyInfo> settable) = all.First(each => each.Settable.ContainsKey(key));
            PropertyInfo property = settable[key];
            object? usual = property.GetValue(target);
            Set(_name, target, property, key, value);
            if (s_ofViews.Contains(property.Name) && !Equals(usual, property.GetValue(target)))
                throw Refusal($"{key} is for views of ML.NET and does nothing to a file; it must be left out.");
        }
    }

    /// <summary>A refusal that names the file.</summary>
    internal InputException Refusal(string sentence) => new($"{_name}: {sentence}");

    private static string Listed(string[] names) => names.Length == 0 ? "none of its own" : string.Join(", ", names);

    private string? TextOf(string name)
    {
        (string Key, JsonElement Value) entry = _entries.FirstOrDefault(entry => Is(entry.Key, name));
        if (entry.Key is null)
            return null;
        return (entry.Value.ValueKind == JsonValueKind.String ? TextOf(entry.Value) : null)
            ?? throw Refusal($"{entry.Key} is {Shown(entry.Value)} where a text was expected.");
    }

    private static JsonDocument Parse(string path, string name)
    {
        byte[] bytes = InputFile.ReadBytes(path);
        ReadOnlyMemory<byte> text = bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        if (!Utf8.IsValid(text.Span))
            throw TextEncoding.NotUtf8(bytes, TextEncoding.FirstInvalid(bytes, isWhole: true), name, "a JSON object in UTF-8 was expected");
        try
        {
            return JsonDocument.Parse(text, s_reading);
        }
        catch (JsonException e)
        {
            throw new InputException(
                $"{name}, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: a JSON object was expected, and this is not JSON.", e);
        }
    }

    private static string KeyOf(JsonProperty entry, string path)
    {
        try
        {
            return entry.Name;
        }
        catch (InvalidOperationException e)
        {
            throw new InputException(
                $"{path}: the name of an option holds half a character (an escape such as \\uD800 alone); a name was expected.", e);
        }
    }

    private static bool Is(string key, string name) => string.Equals(key, name, StringComparison.OrdinalIgnoreCase);

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
                bool plain = value.IsPrimitive || value.IsEnum || value == typeof(string) || value == typeof(TimeSpan)
                    || value == typeof(string[]) || value == typeof(IReadOnlyList<int>);
                if (plain && property.SetMethod is { IsPublic: true })
                    settable.TryAdd(property.Name, property);
            }
        }

        return settable;
    }

    private static void Set(string path, object options, PropertyInfo property, string key, JsonElement value)
    {
        object? given;
        try
        {
            given = value.Deserialize(property.PropertyType, s_values);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException
            or NotSupportedException)
        {
            throw Wrong(null, e);
        }

        bool takesNull = s_nullability.Create(property).WriteState != NullabilityState.NotNull;
        bool isWrong = given switch
        {
            null => !takesNull,
            string[] texts => texts.Contains(null),
            double number => !double.IsFinite(number),
            float number => !float.IsFinite(number),
            _ => false,
        };
        if (isWrong)
            throw Wrong(null, null);
        try
        {
            property.SetValue(options, given);
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException inner)
        {
            throw Wrong(inner.Message.Split('\n')[0].TrimEnd('\r'), inner);
        }

        InputException Wrong(string? why, Exception? e) => new(
            $"{path}: {key} is {Shown(value)}{(why is null ? $" where {Expected(property)} was expected." : $": {why}")}", e!);
    }

    /// <summary>Null where the text holds half a character, as an escape can.</summary>
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A value on one line, cut where it is long.</summary>
    private static string Shown(JsonElement value)
    {
        string text = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)).ReplaceLineEndings(" ");
        return text.Length <= LongestShown ? text : $"{text[..LongestShown]}...";
    }

    private static string Expected(PropertyInfo property)
    {
        Type type = property.PropertyType;
        Type? inner = Nullable.GetUnderlyingType(type);
        Type value = inner ?? type;
        string what = value.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(value))}"
            : value == typeof(bool) ? "true or false"
            : value == typeof(string) ? "a text"
            : value == typeof(string[]) ? "a list of texts"
            : value == typeof(IReadOnlyList<int>) ? "a list of whole numbers"
            : value == typeof(TimeSpan) ? "a time such as \"00:05:00\""
            : value == typeof(double) || value == typeof(float) ? "a number"
            : "a whole number";
        bool takesNull = inner is not null || (!type.IsValueType && s_nullability.Create(property).WriteState != NullabilityState.NotNull);
        return !takesNull ? what : $"{what} (or null)";
    }
}
