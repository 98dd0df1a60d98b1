using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.PrivateColumns;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>The fitted model, which makes rows. It holds noisy counts and what was made of them, and nothing of the rows
/// themselves.</summary>
internal sealed class MarginalSampler : GenerationSampler
{
    // Trees that are kept: one for each combination of given cells.
    private const int MostTrees = 64;
    private const ulong PlaceStream = 0x504C414345;
    private const int MostModelCells = 1 << 28;

    private readonly ColumnStates[] _states;
    private readonly IReadOnlyList<Measurement> _measurements;
    private readonly int[] _sizes;
    private readonly ConcurrentDictionary<string, RowTree> _trees = new(StringComparer.Ordinal);

    /// <param name="states">The states of every column.</param>
    /// <param name="measurements">The parameters.</param>
    /// <param name="statement">What was spent.</param>
    public MarginalSampler(ColumnStates[] states, IReadOnlyList<Measurement> measurements, PrivacyStatement statement)
    {
        (_states, _measurements, Statement) = (states, measurements, statement);
        _sizes = [.. states.Select(column => column.Count)];
        Columns = [.. states.Select(column => column.Column)];
    }

    public override IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>What was promised and spent.</summary>
    public override PrivacyStatement Statement { get; }

    public override void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace,
        CancellationToken cancel)
    {
        int[] states = new int[_states.Length];
        var key = new char[_states.Length];
        (string Key, RowTree Tree)? last = null;
        for (int i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Span<double> row = table.Row(start + i);
            for (int column = 0; column < key.Length; column++)
                key[column] = GivenIn(row, column, conditions);
            if (last is null || !last.Value.Key.AsSpan().SequenceEqual(key))
            {
                string text = new(key);
                last = (text, TreeOf(text, conditions));
            }
            var random = new Philox(seed, firstId + (ulong)i);
            last.Value.Tree.Draw(states, random);
            Philox places = random.Fork(PlaceStream);
            for (int column = 0; column < row.Length; column++)
            {
                if (!double.IsNaN(row[column]) || conditions.MissingColumns.Contains(column))
                    continue;
                ValueRange range = conditions.Ranges.TryGetValue(column, out ValueRange given) ? given : ValueRange.All;
                row[column] = states[column] == _states[column].Other
                    ? double.NaN : _states[column].ValueOf(states[column], places.Uniform((ulong)column), range);
            }
        }
    }

    public override void Save(BinaryWriter writer)
    {
        foreach (ColumnStates column in _states)
            column.Save(writer);
        writer.Write(_measurements.Count);
        foreach (Measurement measurement in _measurements)
        {
            writer.WriteArray(measurement.Columns);
            writer.WriteArray(measurement.Potentials);
        }
        Statement.Save(writer);
    }

    public static MarginalSampler Load(IReadOnlyList<TableColumn> columns, BinaryReader reader)
    {
        ColumnStates[] states = [.. columns.Select(column => ColumnStates.Load(reader, column))];
        int[] sizes = [.. states.Select(column => column.Count)];
        Measurement[] measurements = reader.ReadItems(2 * sizeof(int), "marginals", reader =>
        {
            int[] of = reader.ReadAscendingPlaces(columns.Count, "columns of a marginal");
            double cells = of.Aggregate(1.0, (product, column) => product * sizes[column]);
            CheckedReading.Require(of.Length > 0 && cells <= MostModelCells, "a marginal has an impossible number of cells");
            double[] potentials = reader.ReadFiniteDoubles("parameters of a marginal", (int)cells);
            return new Measurement(of, [], [], potentials);
        });
        // The tables of the tree take memory that the file does not: as much as the training allows, and no more.
        IEnumerable<int[]> sets = measurements.Select(measurement => measurement.Columns);
        bool isSmall = JunctionTree.Of(sets, sizes, 2.0 * PrivateMarginalsOptions.MostCells) is not null;
        CheckedReading.Require(isSmall, "its marginals hang together in too large a model");
        return new MarginalSampler(states, measurements, PrivacyStatement.Load(reader));
    }

    // What is known of a cell, as a letter: its state and 4, or 0 for nothing, 1 for a value whichever, 2 for a missing cell, 3 for a
    // range.
    private char GivenIn(ReadOnlySpan<double> row, int column, GenerationConditions conditions)
    {
        ColumnStates states = _states[column];
        if (conditions.MissingColumns.Contains(column))
            return (char)2;
        if (!double.IsNaN(row[column]))
            return (char)(4 + Math.Max(0, states.StateOf(row[column])));
        if (conditions.Ranges.ContainsKey(column))
            return (char)3;
        return (char)(conditions.KeepsMissing(column) ? 0 : 1);
    }

    private RowTree TreeOf(string key, GenerationConditions conditions)
    {
        // Ranges are no part of the key.
        bool isKept = !key.Contains((char)3);
        if (isKept && _trees.TryGetValue(key, out RowTree? known))
            return known;
        var tree = new RowTree(_measurements, _sizes, [.. key.Select((given, column) => Allowed(given, column, conditions))]);
        if (isKept && _trees.Count < MostTrees)
            _trees.TryAdd(key, tree);
        return tree;
    }

    private bool[]? Allowed(char given, int column, GenerationConditions conditions)
    {
        ColumnStates states = _states[column];
        bool[] allowed = new bool[states.Count];
        for (int state = 0; state < allowed.Length; state++)
        {
            allowed[state] = (int)given switch
            {
                0 => state != states.Other,
                1 => state < states.Values,
                2 => state == states.Missing,
                3 => states.Meets(state, conditions.Ranges[column]),
                _ => state == given - 4,
            };
        }
        // Of what no state is, nothing is known.
        return Array.TrueForAll(allowed, isAllowed => isAllowed) || !allowed.Contains(true) ? null : allowed;
    }
}
