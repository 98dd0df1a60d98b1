using System.Diagnostics;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Fuzzing.Models;

/// <summary>A small saved model, how it is loaded, and how a loaded one is used.</summary>
/// <param name="Name">The method.</param>
/// <param name="Bytes">The saved model.</param>
/// <param name="Load">Loads a model.</param>
/// <param name="Use">Scores a few rows, and stops when it is told to.</param>
internal sealed record FuzzedModel(
    string Name, byte[] Bytes, Func<BinaryReader, object> Load, Action<object, CancellationToken> Use)
{
    /// <summary>What a load may allocate: three times the file, and what the smallest model needs.</summary>
    private const long BytesForAny = 256 << 10;

    // What tells an imputer from a generator of the same name.
    private const string Imputing = "impute-";

    // Models of tables with dates, which have columns of their own beside.
    private const string Dates = "dates-";

    // A network that was trained under a privacy budget.
    private const string Private = "private-";

    private static readonly GenerationMethod s_network = GenerationMethods.Find("tabddpm")!;
    private static readonly GenerationMethod s_making = GenerationMethods.Find("masked")!;
    private static readonly ImputationMethod s_ridge = ImputationMethods.Find("ridge")!;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);

    /// <summary>Every method that can be saved, trained for a few steps.</summary>
    public static IEnumerable<FuzzedModel> All() => [.. Generators(), .. Imputers(), .. OfDates(), PrivateNetwork()];

    /// <summary>The names of <see cref="All"/>.</summary>
    public static IEnumerable<string> Names =>
    [
        .. Methods.Select(method => method.Name),
        .. ImputationMethods.All.Select(method => Imputing + method.Name),
        Private + s_network.Name,
        Dates + s_making.Name,
        Dates + Imputing + s_ridge.Name,
    ];

    private static IEnumerable<GenerationMethod> Methods => GenerationMethods.All.Where(method => method.Can(GenerationAbilities.Saving));

    /// <summary>Loads a damaged copy and uses what was loaded.</summary>
    /// <returns>Null where the copy was refused in one sentence or works; else what went wrong.</returns>
    public string? Try(byte[] bytes, FuzzCounts counts)
    {
        object model;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        try
        {
            model = Load(new BinaryReader(new MemoryStream(bytes)));
        }
        catch (InvalidDataException refused)
        {
            counts.Refused++;
            bool isLine = !refused.Message.Contains('\n', StringComparison.Ordinal);
            return Cost(bytes, before, watch, counts) ?? (isLine ? null : "two lines: " + refused.Message);
        }
        catch (Exception e)
        {
            return $"loading: {e}";
        }
        counts.Loaded++;
        if (Cost(bytes, before, watch, counts) is { } costs)
            return costs;
        using var stop = new CancellationTokenSource(s_longest);
        try
        {
            Use(model, stop.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return "scoring takes more than two seconds";
        }
        catch (Exception e)
        {
            return $"scoring: {e}";
        }
    }

    private static string? Cost(byte[] bytes, long before, Stopwatch watch, FuzzCounts counts)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        counts.MostAllocated = Math.Max(counts.MostAllocated, (allocated - BytesForAny) / (double)bytes.Length);
        if (watch.Elapsed > s_longest)
            return $"loading took {watch.Elapsed.TotalSeconds:F1} s";
        return allocated > 3L * bytes.Length + BytesForAny ? $"loading {bytes.Length} bytes allocated {allocated}" : null;
    }

    private static IEnumerable<FuzzedModel> Generators()
    {
        foreach (GenerationMethod method in Methods)
        {
            Table rows = SmallTables.Rows(withHoles: method.Can(GenerationAbilities.MissingCells) || method.Name == "missdiff");
            yield return Generator(method.Name, Train(method, rows));
        }
    }

    private static DiffusionGenerator Train(GenerationMethod method, Table rows) =>
        (DiffusionGenerator)method.Train(rows, SmallTables.Options(method));

    private static FuzzedModel Generator(string name, DiffusionGenerator generator) =>
        new(name, Save(generator.Save), GenerationMethods.Load, (model, stop) =>
        {
            var loaded = (DiffusionGenerator)model;
            var table = new Table(loaded.Columns, 3);
            loaded.Complete(table, seed: 1, cancel: stop);
        });

    private static FuzzedModel PrivateNetwork()
    {
        var options = (TabDdpmOptions)SmallTables.Options(s_network);
        (options.Epsilon, options.NoiseSeed, options.BatchSize) = (1000, 1, null);
        return Generator(Private + s_network.Name, DiffusionGenerator.Train(SmallTables.Rows(withHoles: true), options));
    }

    private static IEnumerable<FuzzedModel> OfDates()
    {
        GeneratorOptions making = SmallTables.Options(s_making);
        making.LabelColumn = null;
        yield return Generator(
            Dates + s_making.Name, DiffusionGenerator.Train(SmallTables.Dates(), (DiffusionGeneratorOptions)making));
        yield return Imputer(
            Dates + Imputing + s_ridge.Name,
            s_ridge.Train(SmallTables.Dates(), SmallTables.Options(s_ridge)));
    }

    private static IEnumerable<FuzzedModel> Imputers()
    {
        foreach (ImputationMethod method in ImputationMethods.All)
        {
            TableImputer imputer = method.Train(SmallTables.Rows(withHoles: true), SmallTables.Options(method));
            yield return Imputer(Imputing + method.Name, imputer);
        }
    }

    private static FuzzedModel Imputer(string name, TableImputer imputer) =>
        new(name, Save(imputer.Save), ImputationMethods.Load, (model, stop) =>
        {
            var loaded = (TableImputer)model;
            var table = new Table(loaded.Columns, 3);
            table.Row(0).Fill(double.NaN);
            for (int column = 1; column < loaded.Columns.Count; column += 2)
                table[1, column] = double.NaN;
            loaded.Impute(table, ImputationMode.Expectation, cancel: stop);
            loaded.Impute(table, ImputationMode.Draw, cancel: stop);
        });

    private static byte[] Save(Action<BinaryWriter> save)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            save(writer);
        return stream.ToArray();
    }
}
