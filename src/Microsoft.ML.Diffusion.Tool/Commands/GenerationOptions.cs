using System.CommandLine;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Configuration;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

/// <summary>The options of commands that make rows.</summary>
internal sealed class GenerationOptions
{
    private const string DefaultPreset = "default";

    public Option<long?> Rows { get; } = TypedOption.Number("--rows", "N", 0L, long.MaxValue, "a whole number of 0 or more",
        "How many rows to make.");

    public Option<string?> Label { get; } = new("--label")
    {
        HelpName = "COL",
        Description = "Column that will be learned from the rows; a few whole numbers count as classes.",
    };

    public Option<string?> Method { get; } = TypedOption.Name("--method", [.. GenerationMethods.All.Select(method => method.Name)],
        $"How to learn and make rows: {string.Join(", ", GenerationMethods.All.Select(method => $"{method.Name} ({method.Title})"))}; " +
        $"{GenerationMethods.All[0].Name} is the default.");

    public Option<string?> Config { get; } = new("--config")
    {
        HelpName = "FILE.json",
        Description = $"Options of the estimator and of its method by property name; \"preset\" is one of {Presets()}.",
    };

    public Option<bool> Complete { get; } = new("--complete")
    {
        Description = "Leave no cell of a new row empty; without, cells are empty as often and together as in the rows learnt from, by "
            + "methods that can (masked).",
    };

    public Option<string[]> Rules { get; } = CommonOptions.CreateRules();

    public Option<int?> MaxTime { get; } = CommonOptions.CreateMaxTime();

    public Option<EngineKind?> Engine { get; } = EngineOption.Create();

    /// <summary>The options of the estimator and its method: the defaults or a preset, then the file, then the command line.</summary>
    /// <exception cref="InputException">The file is none of options, or an option is unknown to the method or has an impossible
    /// value.</exception>
    /// <exception cref="UsageException">The method needs no engine, and one is named.</exception>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Seed from it, where given.</param>
    /// <param name="method">The method where none is named; null for the default.</param>
    public T Read<T>(ParseResult parsed, int? seed, string? method = null)
        where T : DiffusionSynthesizeEstimator.Options, new()
    {
        T options = Read<T>(parsed.GetValue(Config), parsed.GetValue(Method) ?? method, parsed.GetValue(Engine), seed);
        options.Rules = [.. options.Rules, .. parsed.GetValue(Rules) ?? []];
        Limit(options, parsed.GetValue(MaxTime));
        return options;
    }

    /// <inheritdoc cref="Read{T}(ParseResult, int?, string?)"/>
    /// <param name="path">The file; null for none.</param>
    /// <param name="method">Method from the command line, where given.</param>
    /// <param name="engine">Engine from the command line, where given.</param>
    /// <param name="seed">Seed from the command line, where given.</param>
    public static T Read<T>(string? path, string? method, EngineKind? engine, int? seed)
        where T : DiffusionSynthesizeEstimator.Options, new()
    {
        ConfigFile? config = path is null ? null : ConfigFile.Read(path);
        T options = new() { Method = Preset(config, MethodOf(config, method)) };
        config?.Set(options.Method.Registration.Name, options, options.Method);
        if (engine is { } kind)
        {
            if (options.Method is not DiffusionGeneratorOptions diffusion)
                throw new UsageException($"--engine is for methods that train a network; {options.Method.Registration.Name} trains none.");
            diffusion.Engine = kind;
        }
        else if (config is not null && options.Method is DiffusionGeneratorOptions own)
        {
            EngineOption.Refuse(config, own.Engine, own.GpuDeviceId, own.FallbackToCpu);
        }

        options.Seed = seed ?? options.Seed ?? CommonOptions.DefaultSeed;
        // The columns of a file were surveyed before.
        options.InferRoles = false;
        OptionsCheck.Refuse(path, options);
        return options;
    }

    /// <summary>Ends the training after so many seconds.</summary>
    public static void Limit(DiffusionSynthesizeEstimator.Options options, int? seconds)
    {
        if (seconds is { } limit)
            options.Method.MaxTrainingTime = TimeSpan.FromSeconds(limit);
    }

    private static GenerationMethod MethodOf(ConfigFile? config, string? method)
    {
        if ((method ?? config?.Method) is not { } name)
            return GenerationMethods.All[0];
        return GenerationMethods.Find(name) ?? throw config!.Refusal(
            $"there is no method \"{name}\"; {string.Join(", ", GenerationMethods.All.Select(each => each.Name))} was expected.");
    }

    private static GeneratorOptions Preset(ConfigFile? config, GenerationMethod method)
    {
        string name = config?.Preset ?? DefaultPreset;
        if (string.Equals(name, DefaultPreset, StringComparison.OrdinalIgnoreCase))
            return method.NewOptions();
        if (method.Presets.TryGetValue(name, out Func<GeneratorOptions>? preset))
            return preset();
        throw config!.Refusal($"the method {method.Name} has no preset \"{name}\"; there are {Presets()}.");
    }

    private static string Presets() => string.Join(", ", GenerationMethods.All
        .Where(method => method.Presets.Count > 0)
        .Select(method => $"{string.Join(" and ", method.Presets.Keys)} of {method.Name}")
        .Prepend($"{DefaultPreset} of every method"));

    /// <summary>Finds out what the columns of a file are, its label as classes where it is one of a few whole numbers and not named in <c>--numeric</c>.</summary>
    /// <exception cref="InputException">The file has no such label, or it is not learnt from.</exception>
    public static BlockTable ReadTable(CommonOptions common, ParseResult parsed, CsvBlocks file, string? label, Display display)
    {
        var table = BlockTable.Infer(file, common.SchemaOf(parsed, leaveOutIdentifiers: true), display.Warn);
        if (label is null)
            return table;
        if (!table.UsedColumns.Any(column => column.Name == label))
        {
            throw new InputException(table.Columns.Any(column => column.Name == label)
                ? $"Column {label} of {table.Path} is not learnt from, and --label names it; name it in --categorical to use it."
                : $"{table.Path} has no column '{label}', which --label " +
                    $"names{NearNames.Ask(label, table.UsedColumns.Select(column => column.Name))}");
        }

        bool isNumeric = (parsed.GetValue(common.Numeric) ?? []).Contains(label, StringComparer.Ordinal);
        return isNumeric ? table : table.WithClasses(label, common.MarksOf(parsed));
    }
}
