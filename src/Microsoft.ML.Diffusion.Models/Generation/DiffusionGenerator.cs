using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Calendar;
using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>A trained diffusion model of the rows of a table that makes new ones; it can be saved.</summary>
public sealed class DiffusionGenerator : TableGenerator
{
    // Rows are made on many threads at once, each on its own; an engine that splits work further would only get in the way.
    private static readonly ManagedEngine s_engine = new(threads: 1);

    private readonly ConcurrentBag<Workspace> _workspaces = [];
    private readonly RowsOnEngine? _onEngine;
    private readonly CalendarPlan? _calendar;
    private readonly ManyCategories? _many;

    /// <param name="columns">The columns of the rows that it makes.</param>
    /// <param name="method">How the model was trained.</param>
    /// <param name="sampler">What makes rows.</param>
    /// <param name="calendar">The columns that the sampler makes beside dates; null for none.</param>
    /// <param name="many">The columns that the sampler makes as groups; null for none.</param>
    /// <param name="onEngine">Where many rows are made at once; null for the managed engine.</param>
    internal DiffusionGenerator(
        IReadOnlyList<TableColumn> columns,
        GenerationMethod method,
        GenerationSampler sampler,
        CalendarPlan? calendar = null,
        ManyCategories? many = null,
        RowsOnEngine? onEngine = null)
        : base(columns)
    {
        Method = method;
        Sampler = sampler;
        _calendar = calendar;
        _many = many;
        _onEngine = onEngine;
    }

    /// <summary>How the model was trained.</summary>
    public GenerationMethod Method { get; }

    /// <summary>The bound of differential privacy that the model was trained under; null where there is none.</summary>
    public PrivacyStatement? Privacy => Sampler.Statement;

    /// <summary>The trained network and what makes rows with it.</summary>
    internal GenerationSampler Sampler { get; }

    /// <inheritdoc cref="GenerationMethod.Train(Table, GeneratorOptions, IProgress{TrainingProgress}, CancellationToken)"/>
    public static DiffusionGenerator Train(
        Table table, DiffusionGeneratorOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (DiffusionGenerator)options.Registration.Train(table, options, progress, cancel);
    }

    /// <inheritdoc cref="GenerationMethod.Train(CompactTable, GeneratorOptions, IProgress{TrainingProgress}, CancellationToken)"/>
    public static DiffusionGenerator Train(
        CompactTable table, DiffusionGeneratorOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (DiffusionGenerator)options.Registration.Train(table, options, progress, cancel);
    }

    /// <summary>The same generator, making rows on an engine where many are asked for at once, if its method can
    /// (<see cref="GenerationAbilities.AnyEngine"/>). One that was trained on a GPU does so by itself; one that was loaded makes all
    /// rows on
    /// the managed engine until this says otherwise.</summary>
    /// <remarks>Other engines than the managed one add up in an order that depends on how many rows they work on at once: there a row is a
    /// function of its number and the seed but for rounding, which now and then tips a category.</remarks>
    /// <param name="engine">Where to compute.</param>
    public DiffusionGenerator WithEngine(EngineChoice engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        bool stays = engine.IsManaged || !Method.Can(GenerationAbilities.AnyEngine);
        return new DiffusionGenerator(Columns, Method, Sampler, _calendar, _many, stays ? null : new RowsOnEngine(engine));
    }

    /// <summary>The same columns and engine with another sampler.</summary>
    internal DiffusionGenerator With(GenerationSampler sampler) => new(Columns, Method, sampler, _calendar, _many, _onEngine);

    /// <summary>Writes the model; Load of Microsoft.ML.Diffusion.Models.Methods.GenerationMethods reads it back bit for bit.</summary>
    /// <param name="writer">Where to write.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ModelFrame.Write(writer, content =>
        {
            content.Write(Columns.Count);
            foreach (TableColumn column in Columns)
                column.Save(content);
            if (_calendar is not null)
            {
                content.Write(CalendarPlan.Mark);
                _calendar.Save(content);
            }
            if (_many is not null)
            {
                content.Write(ManyCategories.Mark);
                _many.Save(content);
            }
            content.Write(Method.Name);
            Sampler.Save(content);
        });
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="methodOf">The method of a name; null where there is none of that name.</param>
    /// <exception cref="InvalidDataException">The data are no such model, are cut short or damaged, or were written by a newer
    /// version.</exception>
    internal static DiffusionGenerator Load(BinaryReader reader, Func<string, GenerationMethod?> methodOf)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return ModelFrame.Load(reader, content =>
        {
            TableColumn[] columns = content.ReadItems(2, "columns", TableColumn.Load);
            string name = content.ReadString();
            CalendarPlan? calendar = name == CalendarPlan.Mark ? CalendarPlan.Load(content, columns) : null;
            if (calendar is not null)
                name = content.ReadString();
            IReadOnlyList<TableColumn> expanded = calendar?.ExpandedColumns ?? columns;
            ManyCategories? many = name == ManyCategories.Mark ? ManyCategories.Load(content, expanded) : null;
            if (many is not null)
                name = content.ReadString();
            GenerationMethod method = methodOf(name)
                ?? throw new InvalidDataException(
                    $"The model was trained by the method '{CheckedReading.Shown(name)}', which this version does not know.");
            GenerationSampler sampler = ((DiffusionGenerator)method.Load(columns, content)).Sampler;
            CheckedReading.Require(AreSame(many?.GroupedColumns ?? expanded, sampler.Columns), "its columns are named twice, and differ");
            return new DiffusionGenerator(columns, method, sampler, calendar, many);
        });
    }

    private static bool AreSame(IReadOnlyList<TableColumn> columns, IReadOnlyList<TableColumn> others) =>
        columns.Count == others.Count && columns.Zip(others).All(pair => pair.First.Kind == pair.Second.Kind
            && pair.First.Categories.Count == pair.Second.Categories.Count);

    /// <inheritdoc/>
    protected override void RequireSatisfiable(GenerationConditions conditions)
    {
        bool isMore = conditions.MissingColumns.Count > 0 || conditions.KeepMissing;
        if ((conditions.Ranges.Count > 0 && !Method.Can(GenerationAbilities.Ranges)) || (isMore && !Method.Can(GenerationAbilities.MissingCells)))
            throw new ArgumentException($"{Method.Title} knows fixed values only, no ranges and no missing cells.", nameof(conditions));
        if (_calendar is not null)
            conditions = CalendarConditions.Of(_calendar, conditions);
        Sampler.RequireSatisfiable(_many is null ? conditions : GroupedConditions.Of(_many, conditions));
    }

    /// <inheritdoc/>
    protected override void CompleteRows(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, CancellationToken cancel)
    {
        if (_calendar is null)
        {
            CompleteGroups(table, start, count, conditions, seed, firstId, cancel);
            return;
        }
        Table expanded = _calendar.Expand(table, start, count);
        CompleteGroups(expanded, 0, count, CalendarConditions.Of(_calendar, conditions), seed, firstId, cancel);
        var settling = new DateSettling(_calendar, errors: null);
        for (int i = 0; i < count; i++)
        {
            Span<double> row = table.Row(start + i);
            settling.Settle(row, expanded.Row(i), ranges: conditions.Ranges);
            for (int column = 0; column < row.Length; column++)
                row[column] = double.IsNaN(row[column]) ? expanded[i, _calendar.PlaceOf(column)] : row[column];
        }
    }

    private void CompleteGroups(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, CancellationToken cancel)
    {
        if (_many is null)
        {
            MakeRows(table, start, count, conditions, seed, firstId, cancel);
            return;
        }
        GenerationConditions own = GroupedConditions.Of(_many, conditions);
        var chosen = new GroupedRows(_many, table, start, count, seed, firstId);
        for (int candidate = 0; candidate < chosen.Candidates; candidate++)
        {
            Table grouped = chosen.NewCandidates();
            MakeRows(grouped, 0, count, own, chosen.SeedOf(candidate), firstId, cancel);
            chosen.Add(grouped, candidate);
        }
        chosen.Finish();
    }

    private void MakeRows(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, CancellationToken cancel)
    {
        if (_onEngine is not null && count >= RowsOnEngine.Fewest)
        {
            _onEngine.Use(workspace => Sampler.Complete(table, start, count, conditions, seed, firstId, workspace, cancel));
            return;
        }
        if (!_workspaces.TryTake(out Workspace? workspace))
            workspace = new Workspace(s_engine);
        Sampler.Complete(table, start, count, conditions, seed, firstId, workspace, cancel);
        _workspaces.Add(workspace);
    }

    /// <inheritdoc/>
    protected override int RowsAtOnce(int rowCount) =>
        _onEngine is not null && rowCount >= RowsOnEngine.Fewest ? RowsOnEngine.AtOnce : base.RowsAtOnce(rowCount);
}
