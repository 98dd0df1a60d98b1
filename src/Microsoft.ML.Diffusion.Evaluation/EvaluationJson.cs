using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Writes and reads <c>metrics.json</c>: an <see cref="EvaluationResult"/> with the names of its properties in camel case, enums
/// as
/// their names in camel case, and null for a figure that is not defined. README.md beside this file describes every property.</summary>
public static class EvaluationJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new UndefinedAsNull() },
    };

    /// <summary>Writes a result as UTF-8.</summary>
    /// <param name="result">The result.</param>
    /// <param name="stream">Where it goes; left open.</param>
    public static void Write(EvaluationResult result, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(result);
        JsonSerializer.Serialize(stream, result, s_options);
    }

    /// <summary>Writes how well cells were filled in as UTF-8.</summary>
    /// <param name="result">The result.</param>
    /// <param name="stream">Where it goes; left open.</param>
    public static void Write(ImputedCellsResult result, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(result);
        JsonSerializer.Serialize(stream, result, s_options);
    }

    /// <summary>Writes how well the hidden cells of series were filled in as UTF-8.</summary>
    /// <param name="result">The result.</param>
    /// <param name="stream">Where it goes; left open.</param>
    public static void Write(ImputedSeriesResult result, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(result);
        JsonSerializer.Serialize(stream, result, s_options);
    }

    /// <summary>Reads what <see cref="Write(EvaluationResult, Stream)"/> wrote.</summary>
    /// <param name="stream">UTF-8; left open.</param>
    /// <exception cref="InvalidDataException">It is no result, or one of a version that this library does not know.</exception>
    public static EvaluationResult Read(Stream stream)
    {
        EvaluationResult? result;
        try
        {
            result = JsonSerializer.Deserialize<EvaluationResult>(stream, s_options);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"This is no metrics.json: {e.Message}", e);
        }

        return result?.SchemaVersion == EvaluationResult.CurrentSchemaVersion
            ? result
            : throw new InvalidDataException(
                $"This metrics.json has schema version {result?.SchemaVersion ?? 0}; {EvaluationResult.CurrentSchemaVersion} was expected.");
    }

    /// <summary>JSON has no NaN.</summary>
    private sealed class UndefinedAsNull : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
