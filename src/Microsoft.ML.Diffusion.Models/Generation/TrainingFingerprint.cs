using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>The hash of all that a training depends on, by which a checkpoint is known to be its own.</summary>
internal static class TrainingFingerprint
{
    // What the model does not depend on: neither how many threads there are nor how long they may take.
    private static readonly string[] s_without =
    [
        nameof(GeneratorOptions.Registration), nameof(GeneratorOptions.MaxTrainingTime), nameof(DiffusionGeneratorOptions.Threads),
        nameof(DiffusionGeneratorOptions.Engine), nameof(DiffusionGeneratorOptions.GpuDeviceId),
        nameof(DiffusionGeneratorOptions.FallbackToCpu),
    ];

    // A number may be infinite.
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The hash of a method's name, its options, the engine and the rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="options">The options.</param>
    /// <param name="engine">What computes: another one rounds otherwise.</param>
    /// <param name="cancel">Stops it.</param>
    public static byte[] Of(ITableRows rows, GeneratorOptions options, EngineChoice engine, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(options.Registration.Name);
        Add(engine.GpuDeviceId is null ? "processor" : "GPU");
        // Sums of parts of a batch are rounded otherwise than those of the whole.
        if (options.Exchange is not null)
            Add("parts of batches");
        Add(typeof(TrainingFingerprint).Assembly.GetName().Version!.ToString());
        foreach (PropertyInfo property in options.GetType().GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            if (!s_without.Contains(property.Name, StringComparer.Ordinal))
                Add($"{property.Name} {JsonSerializer.Serialize(property.GetValue(options), property.PropertyType, s_json)}");
        }

        Add(JsonSerializer.Serialize(rows.Columns.Select(column => new { column.Name, column.Kind, column.Moment, column.Categories })));
        var cells = new double[rows.Columns.Count];
        for (int row = 0; row < rows.RowCount; row++)
        {
            cancel.ThrowIfCancellationRequested();
            rows.Read(row, cells);
            hash.AppendData(MemoryMarshal.AsBytes(cells.AsSpan()));
        }

        return hash.GetHashAndReset();

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + '\n'));
    }
}
