using System.CommandLine;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Configuration;
using Microsoft.ML.Diffusion.Tool.Synthesis;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

/// <summary>The options of commands that make rows.</summary>
internal sealed class GenerationOptions
{
    public Option<long?> Rows { get; } = TypedOption.Number("--rows", "N", 0L, long.MaxValue, "a whole number of 0 or more",
        "How many rows to make.");

    public Option<string?> Label { get; } = new("--label")
    {
        HelpName = "COL",
        Description = "Column that will be learned from the rows; a few whole numbers count as classes.",
    };

    public Option<SynthesisMethod?> Method { get; } = TypedOption.Choice<SynthesisMethod>("--method",
        "How to learn and make rows; masked is the default, smote the baseline.");

    public Option<string?> Config { get; } = new("--config")
    {
        HelpName = "FILE.json",
        Description = "Options of the estimator by property name; \"preset\": \"paper\" for TabDDPM as published.",
    };

    public Option<EngineKind?> Engine { get; } = EngineOption.Create();

    /// <summary>The estimator's options: its defaults, then the file, then the command line.</summary>
    public T Read<T>(ParseResult parsed, int? seed)
        where T : DiffusionSynthesizeEstimator.Options, new() =>
        Read<T>(parsed.GetValue(Config), parsed.GetValue(Method), parsed.GetValue(Engine), seed);

    /// <inheritdoc cref="Read{T}(ParseResult, int?)"/>
    /// <param name="config">The file; null for none.</param>
    /// <param name="method">Method from the command line, where given.</param>
    /// <param name="engine">Engine from the command line, where given.</param>
    /// <param name="seed">Seed from the command line, where given.</param>
    public static T Read<T>(string? config, SynthesisMethod? method, EngineKind? engine, int? seed)
        where T : DiffusionSynthesizeEstimator.Options, new()
    {
        var options = new T();
        if (config is not null)
            ConfigFile.Apply(config, options);
        options.Smote = method is null ? options.Smote : method == SynthesisMethod.Smote;
        options.Method = method switch
        {
            SynthesisMethod.Masked => GenerationMethod.Masked,
            SynthesisMethod.TabDdpm => GenerationMethod.TabDdpm,
            SynthesisMethod.MissDiff => GenerationMethod.MissDiff,
            SynthesisMethod.MedDiff => GenerationMethod.MedDiff,
            _ => options.Method,
        };
        options.Engine = engine ?? options.Engine;
        options.Seed = seed ?? options.Seed ?? CommonOptions.DefaultSeed;
        OptionsCheck.Refuse(config, options);
        return options;
    }

    /// <summary>Reads the file, its label as classes where it is one of a few whole numbers and not named in <c>--numeric</c>.</summary>
    /// <exception cref="InputException">The file has no such label, or it is not learnt from.</exception>
    public static CsvTable ReadTable(CommonOptions common, ParseResult parsed, string? label, Display display)
    {
        CsvTable table = common.ReadTable(parsed, display, leaveOutIdentifiers: true);
        if (label is null)
            return table;
        if (!table.UsedColumns.Any(column => column.Name == label))
        {
            throw new InputException(table.Columns.Any(column => column.Name == label)
                ? $"Column {label} of {table.Document.Path} is not learnt from, and --label names it; name it in --categorical to use it."
                : $"{table.Document.Path} has no column '{label}', which --label names{NearNames.Ask(label, table.UsedColumns.Select(column => column.Name))}");
        }

        bool isNumeric = (parsed.GetValue(common.Numeric) ?? []).Contains(label, StringComparer.Ordinal);
        return isNumeric ? table : table.WithClasses(label, common.MarksOf(parsed));
    }
}
