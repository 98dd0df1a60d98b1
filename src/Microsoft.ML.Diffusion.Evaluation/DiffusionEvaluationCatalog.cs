using System.Diagnostics;
using Microsoft.ML.Diffusion.Evaluation;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Evaluation.Tables;
using Microsoft.ML.Diffusion.Evaluation.Utility;
using Microsoft.ML.Diffusion.Evaluation.Yardsticks;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML;

/// <summary>What an <see cref="MLContext"/> gains from the package Microsoft.ML.Diffusion.Evaluation.</summary>
public static class DiffusionEvaluationCatalog
{
    // Announced to the progress in rows trained on: what the measures without training take, about.
    private const double OtherWork = 100_000;

    // The squares of larger numbers, and their sum over all rows, are infinite.
    private const double MostNumber = 1e150;

    /// <summary>Finds out what synthetic rows are worth: whether models learn from them, whether they look like the real rows, and whether
    /// they give them away. <see cref="EvaluationJson"/> writes the result as <c>metrics.json</c>.</summary>
    /// <remarks>Keys and free text are left out, unless they are the label: columns of text or whole numbers of which nearly all cells
    /// differ.
    /// <see cref="EvaluationSetup.LeftOut"/> names them.</remarks>
    /// <param name="ml">The context; its seed decides which rows are sampled.</param>
    /// <param name="realTrain">The real rows from which the synthetic ones were learnt. Its columns of numbers, keys, text and truth
    /// values are
    /// compared.</param>
    /// <param name="synthetic">The synthetic rows, with the same columns in any order.</param>
    /// <param name="realTest">Real rows from which nothing was learnt, with the same columns: 200 or more for a sound verdict. With fewer
    /// than 10 there is none on privacy and none on utility, with fewer than 61 the outlying tenth tells nothing, and with fewer than
    /// some hundred most differences between models are within chance. Null: no privacy but for exact copies, and no utility unless
    /// <see cref="EvaluationOptions.TestFraction"/> is set.</param>
    /// <param name="labelColumnName">The column that is predicted. Null: no utility.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A view lacks a column of <paramref name="realTrain"/> or has it with another type, or the label
    /// is no column.</exception>
    /// <exception cref="InvalidDataException">A view has no rows, a number is infinite or beyond 1e150, or the label has fewer than two
    /// values.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    /// <example><code>
    /// EvaluationResult result = ml.EvaluateSynthetic(train, synthetic, test, labelColumnName: "Outcome");
    /// foreach (Verdict verdict in result.Verdicts)
    ///     Console.WriteLine($"{verdict.Question} {verdict.Answer}");
    /// using StreamWriter page = File.CreateText("report.html");
    /// EvaluationReport.Write(result, page);
    /// </code></example>
    public static EvaluationResult EvaluateSynthetic(
        this MLContext ml,
        IDataView realTrain,
        IDataView synthetic,
        IDataView? realTest,
        string? labelColumnName = null,
        EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(realTrain);
        ArgumentNullException.ThrowIfNull(synthetic);
        options ??= new();
        options.Validate();
        var watch = Stopwatch.StartNew();
        ulong seed = SeedOf(ml, options);
        Prepared prepared = Prepare(ml, realTrain, synthetic, realTest, labelColumnName, options, seed);
        (Table real, Table made, Table? test, TestSplit? split) = (prepared.Real, prepared.Made, prepared.Test, prepared.Split);
        (Table? smote, Table? cart, Stages stages) = (prepared.Smote, prepared.Cart, prepared.Stages);
        FidelityResult fidelity = stages.Run("fidelity", OtherWork, () => Fidelity(ml, real, made, Named(smote, cart), options, seed));
        IReadOnlyList<ColumnDistribution> columns = stages.Run("distributions", OtherWork / 2, () =>
            FidelityMetrics.Distributions(real, made));
        CorrelationComparison correlations = stages.Run("correlations", OtherWork / 2, () =>
            FidelityMetrics.CompareCorrelations(real, made));
        MissingnessComparison missingness = FidelityMetrics.CompareMissingness(real, made);
        PrivacyResult? privacy = test is null || split is not null
            ? null
            : stages.Run("privacy", 2 * OtherWork, () => PrivacyMetrics.MeasureBeside(
                real, test, made, Named(smote, cart), seed, options.CancellationToken));
        UtilityResult? utility = prepared.Utility?.Run();
        if (utility is not null && split is not null)
            utility = utility with { Notes = [split.Sentence, .. utility.Notes] };
        Verdict[] verdicts = Verdicts.Of(utility, fidelity.Scores, fidelity.Yardsticks,
            privacy is null ? PrivacyVerdict.OfCopies(real, made) : PrivacyVerdict.Of(privacy));
        double seconds = watch.Elapsed.TotalSeconds;
        EvaluationSetup setup = new(real.RowCount, made.RowCount, test?.RowCount ?? 0, real.Columns.Count, labelColumnName, seed, seconds)
        {
            LeftOut = prepared.LeftOut,
            TestSplit = split,
        };
        options.Progress?.Report(new(1, "done"));
        return new(EvaluationResult.CurrentSchemaVersion, setup, verdicts, utility, fidelity, columns, correlations, missingness, privacy)
        {
            Undefined = [.. UndefinedFigures.Of(utility, fidelity, columns, correlations)],
        };
    }

    /// <summary>Trains every so many-th of the models of <see cref="EvaluateSynthetic"/>, which another process then judges: it is given
    /// what they say of the test rows as <see cref="EvaluationOptions.Answers"/>.</summary>
    /// <returns>The answers by the number of the training.</returns>
    internal static IReadOnlyDictionary<int, float[]> TrainPart(
        this MLContext ml, IDataView realTrain, IDataView synthetic, IDataView? realTest, string labelColumnName, EvaluationOptions options,
        int part, int parts)
    {
        options.Validate();
        return Prepare(ml, realTrain, synthetic, realTest, labelColumnName, options, SeedOf(ml, options)).Utility?.TrainPart(part, parts)
            ?? throw new ArgumentException("Test rows were expected, or a share of the real rows to test on.", nameof(realTest));
    }

    /// <summary>Finds out whether models learn as much from synthetic rows as from real ones.</summary>
    /// <remarks>Keys and free text are left out. All trainers get the same features: numbers standardised and categories one-hot, fitted
    /// on <paramref name="realTrain"/> alone.
    /// They find them in a column "Features", and the label in "Label" and under its own name: a Boolean (the rarer class is true), a key,
    /// or a
    /// standardised Single.</remarks>
    /// <param name="ml">The context; its seed decides which rows are sampled.</param>
    /// <param name="realTrain">The real rows from which the synthetic ones were learnt.</param>
    /// <param name="synthetic">The synthetic rows, with the same columns in any order.</param>
    /// <param name="realTest">Real rows from which nothing was learnt, with the same columns: 200 or more for a sound comparison. Fewer
    /// than 10 judge no model.</param>
    /// <param name="labelColumnName">The column that is predicted.</param>
    /// <param name="trainers">Trainers of the kind that the label needs, or chains that end in one; each is fitted several times. Null or
    /// none:
    /// logistic or linear regression, a decision tree, FastForest, FastTree and LightGbm (for three or more classes without FastForest and
    /// FastTree, which tell two apart).</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A view lacks a column of <paramref name="realTrain"/> or has it with another type, or the label
    /// is no column.</exception>
    /// <exception cref="InvalidDataException">A view has no rows, a number is infinite or beyond 1e150, or the label has fewer than two
    /// values.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    /// <example><code>
    /// UtilityResult utility = ml.EvaluateUtility(
    ///     train, synthetic, test, "Outcome", [ml.BinaryClassification.Trainers.FastTree()]);
    /// foreach (UtilityScore score in utility.Scores)
    ///     Console.WriteLine($"{score.TrainedOn} {score.Metric} {score.Mean:F3}");
    /// </code></example>
    public static UtilityResult EvaluateUtility(
        this MLContext ml,
        IDataView realTrain,
        IDataView synthetic,
        IDataView realTest,
        string labelColumnName,
        IEstimator<ITransformer>[]? trainers = null,
        EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(realTrain);
        ArgumentNullException.ThrowIfNull(synthetic);
        ArgumentNullException.ThrowIfNull(realTest);
        ArgumentNullException.ThrowIfNull(labelColumnName);
        options ??= new();
        options.Validate();
        ulong seed = SeedOf(ml, options);
        (Table[] tables, _) = KeysAndText.LeaveOut(Read(realTrain, synthetic, realTest, options.CancellationToken), labelColumnName,
            options.Columns);
        int column = FindLabel(tables[0], labelColumnName);
        var label = new LabelCoding(tables[0], tables[2], column, options.Task);
        Table? smote = options.Yardsticks ? new SmoteGenerator(tables[0], column).Generate(tables[0].RowCount, null, seed) : null;
        Table? cart = options.Yardsticks ? SequentialCart.Make(tables[0], tables[0].RowCount, seed, options.CancellationToken) : null;
        NamedTrainer[] named = trainers is { Length: > 0 } ? NamedTrainer.Of(trainers)
            : DefaultTrainers.For(ml, label.Task, Math.Min(tables[0].RowCount, tables[1].RowCount));
        var stages = new Stages(options.Progress, options.CancellationToken);
        return new UtilityEvaluation(named, label, (tables[0], tables[1], tables[2]), Named(smote, cart), options, seed, stages).Run();
    }

    /// <summary>Judges filled-in cells by their true values, whoever filled them.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="truth">The rows before cells were hidden.</param>
    /// <param name="holed">The same rows in the same order, with missing cells.</param>
    /// <param name="filled">The same rows filled in: one view of best guesses, or several draws.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ArgumentException">A view lacks a column of <paramref name="truth"/>, has it with another type, or has another
    /// number of
    /// rows.</exception>
    /// <exception cref="InvalidDataException">A view has no rows, a number is infinite, no cell is hidden, or a cell that is not missing in
    /// <paramref name="holed"/> is not that of <paramref name="truth"/>.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    /// <example><code>
    /// IDataView holes = ml.Data.Ampute(truth, MissingnessMechanism.McarColumn, rate: 0.2, seed: 1);
    /// IDataView filled = ml.Transforms.DiffusionImpute("Age", "Lactate").Fit(holes).Transform(holes);
    /// ImputedCellsResult result = ml.EvaluateImputed(truth, holes, [filled]);
    /// Console.WriteLine($"{result.RootMeanSquaredError:F3}, {result.Accuracy:P1}");
    /// </code></example>
    public static ImputedCellsResult EvaluateImputed(
        this MLContext ml, IDataView truth, IDataView holed, IReadOnlyList<IDataView> filled, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(holed);
        ArgumentNullException.ThrowIfNull(filled);
        Table[] tables = ViewTables.Read(
            [("true", truth), ("holed", holed), .. filled.Select((view, i) => ($"filled ({i + 1})", view))], cancel);
        return ImputedCells.Measure(tables[0], tables[1], tables[2..]);
    }

    private static Table[] Read(IDataView real, IDataView synthetic, IDataView? test, CancellationToken cancel)
    {
        List<(string Name, IDataView View)> views = [("real", real), ("synthetic", synthetic)];
        if (test is not null)
            views.Add(("test", test));
        Table[] tables = ViewTables.Read(views, cancel);
        for (int i = 0; i < tables.Length; i++)
        {
            tables[i].RefuseInfinities();
            RefuseHuge(views[i].Name, tables[i]);
        }

        return tables;
    }

    private static void RefuseHuge(string name, Table table)
    {
        for (int row = 0; row < table.RowCount; row++)
        {
            ReadOnlySpan<double> cells = table.Row(row);
            for (int i = 0; i < cells.Length; i++)
            {
                if (Math.Abs(cells[i]) <= MostNumber || double.IsNaN(cells[i]))
                    continue;
                throw new InvalidDataException(
                    FormattableString.Invariant($"Column '{table.Columns[i].Name}' of the {name} rows holds {cells[i]:R}; ")
                    + FormattableString.Invariant($"numbers up to {MostNumber:R} can be compared."));
            }
        }
    }

    private static int FindLabel(Table real, string name)
    {
        for (int i = 0; i < real.Columns.Count; i++)
        {
            if (string.Equals(real.Columns[i].Name, name, StringComparison.Ordinal))
                return i;
        }

        throw new ArgumentException($"The label '{name}' is no column of numbers, categories, text or truth values of the real rows.",
            nameof(name));
    }

    // Rows that others than the one judged made of the same real rows, by the name of the figures.
    private static (string Name, Table Rows)[] Named(Table? smote, Table? cart) =>
        smote is null || cart is null ? [] : [(UtilityScore.Smote, smote), (UtilityScore.Cart, cart)];

    private static FidelityResult Fidelity(
        MLContext ml, Table real, Table made, (string Name, Table Rows)[] others, EvaluationOptions options, ulong seed)
    {
        FidelityResult fidelity = FidelityMetrics.Measure(real, made);
        List<FidelityScores> yardsticks = [];
        if (options.Yardsticks && real.RowCount > 1)
        {
            int[] order = new int[real.RowCount];
            new Philox(seed, 0x4861_6C66).Permutation(order);
            (Table one, Table other) = (real.Take(order.AsSpan(0, order.Length / 2)), real.Take(order.AsSpan(order.Length / 2)));
            FidelityScores halves = FidelityMetrics.Measure(one, other, UtilityScore.HalfOfReal).Scores;
            yardsticks.Add(WithDetection(ml, halves, one, other, options, seed));
        }

        foreach ((string name, Table rows) in others)
            yardsticks.Add(WithDetection(ml, FidelityMetrics.Measure(real, rows, name).Scores, real, rows, options, seed));
        return fidelity with { Scores = WithDetection(ml, fidelity.Scores, real, made, options, seed), Yardsticks = yardsticks };
    }

    private static FidelityScores WithDetection(
        MLContext ml, FidelityScores scores, Table real, Table other, EvaluationOptions options, ulong seed)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        (double logistic, double trees, int rows) = Detection.Measure(ml, real, other, options.MaxDetectionRows, seed);
        return scores with { DetectionLogistic = logistic, DetectionTrees = trees, DetectionRows = rows };
    }

    /// <summary>Reads the rows, makes those of the yardsticks, and lays out the trainings.</summary>
    private static Prepared Prepare(
        MLContext ml, IDataView realTrain, IDataView synthetic, IDataView? realTest, string? labelColumnName, EvaluationOptions options,
        ulong seed)
    {
        var stages = new Stages(options.Progress, options.CancellationToken);
        (Table[] tables, LeftOutColumn[] leftOut) =
            KeysAndText.LeaveOut(Read(realTrain, synthetic, realTest, options.CancellationToken), labelColumnName, options.Columns);
        (Table real, Table made, Table? test) = (tables[0], tables[1], tables.Length > 2 ? tables[2] : null);
        Table learnt = real;
        TestSplit? split = null;
        if (test is null && labelColumnName is not null && options.TestFraction is { } fraction)
        {
            (learnt, test) = TestRows.SplitOff(real, fraction, seed);
            split = new(fraction, seed);
        }

        int? labelColumn = labelColumnName is null ? null : FindLabel(real, labelColumnName);
        stages.Expect(6 * OtherWork);

        Table? smote = options.Yardsticks
            ? stages.Run("SMOTE", OtherWork, () => new SmoteGenerator(learnt, labelColumn).Generate(learnt.RowCount, null, seed))
            : null;
        Table? cart = options.Yardsticks
            ? stages.Run("CART", OtherWork, () => SequentialCart.Make(learnt, learnt.RowCount, seed, options.CancellationToken))
            : null;
        UtilityEvaluation? utility = null;
        if (test is not null && labelColumn is int column)
        {
            var label = new LabelCoding(learnt, test, column, options.Task);
            NamedTrainer[] trainers = DefaultTrainers.For(ml, label.Task, Math.Min(learnt.RowCount, made.RowCount));
            utility = new(trainers, label, (learnt, made, test), Named(smote, cart), options, seed, stages);
        }

        return new(real, made, test, split, leftOut, smote, cart, utility, stages);
    }

    private static ulong SeedOf(MLContext ml, EvaluationOptions options) =>
        (uint)(options.Seed ?? HostAccess.SeedOf(HostAccess.EnvironmentOf(ml.Transforms)) ?? 0);

    /// <summary>What an evaluation begins with.</summary>
    private sealed record Prepared(
        Table Real, Table Made, Table? Test, TestSplit? Split, LeftOutColumn[] LeftOut, Table? Smote, Table? Cart,
        UtilityEvaluation? Utility, Stages Stages);
}
