using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.PrivateColumns;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>Makes rows of states with a network that was trained under a privacy budget, and values of the states.</summary>
internal sealed class PrivateTabDdpmSampler : GenerationSampler
{
    /// <summary>Comes first in a model file, where models without a budget have the number of columns.</summary>
    public const int Mark = -1;

    private const ulong PlaceStream = 0x504C414345;

    private readonly TabDdpmSampler _sampler;
    private readonly ColumnStates[] _states;

    /// <param name="sampler">Makes rows of states.</param>
    /// <param name="states">The states of every column.</param>
    /// <param name="statement">What was promised and spent.</param>
    public PrivateTabDdpmSampler(TabDdpmSampler sampler, ColumnStates[] states, PrivacyStatement statement)
    {
        (_sampler, _states, Statement) = (sampler, states, statement);
        Columns = [.. states.Select(state => state.Column)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>What was promised and spent.</summary>
    public override PrivacyStatement Statement { get; }

    /// <inheritdoc/>
    public override void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace,
        CancellationToken cancel)
    {
        Table made = new(_sampler.Columns, count);
        for (int row = 0; row < count; row++)
        {
            ReadOnlySpan<double> given = table.Row(start + row);
            for (int i = 0; i < _states.Length; i++)
            {
                int state = double.IsNaN(given[i]) ? -1 : _states[i].StateOf(given[i]);
                made[row, i] = state < 0 ? double.NaN : state;
            }
        }
        _sampler.Complete(made, 0, count, new GenerationConditions(made.Columns), seed, firstId, workspace, cancel);
        for (int row = 0; row < count; row++)
        {
            Span<double> cells = table.Row(start + row);
            Philox places = new Philox(seed, firstId + (ulong)row).Fork(PlaceStream);
            for (int i = 0; i < cells.Length; i++)
            {
                if (double.IsNaN(cells[i]) && !double.IsNaN(made[row, i]))
                    cells[i] = _states[i].ValueOf((int)made[row, i], places.Uniform((ulong)i), ValueRange.All);
            }
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.Write(Mark);
        _sampler.Save(writer);
        foreach (ColumnStates states in _states)
        {
            states.Column.Save(writer);
            states.Save(writer);
        }
        Statement.Save(writer);
        Statement.Gradients!.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote behind the mark.</summary>
    public static PrivateTabDdpmSampler Load(BinaryReader reader)
    {
        TabDdpmSampler sampler = TabDdpmSampler.Load(reader);
        ColumnStates[] states = [.. sampler.Columns.Select(column =>
        {
            ColumnStates own = ColumnStates.Load(reader, TableColumn.Load(reader));
            CheckedReading.Require(
                column.Kind == ColumnKind.Categorical && column.Categories.Count == own.Count,
                $"the states of column '{CheckedReading.Shown(column.Name)}' are not those of its network");
            return own;
        })];
        PrivacyStatement statement = PrivacyStatement.Load(reader) with { Gradients = GradientNoise.Load(reader) };
        return new PrivateTabDdpmSampler(sampler.Hiding(states), states, statement);
    }
}
