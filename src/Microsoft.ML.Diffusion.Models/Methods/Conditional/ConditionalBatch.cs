using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Makes batches for a <see cref="ConditionalDenoiser"/>: hides observed cells of each row, brings the hidden ones to a
/// noise level, and writes input, target and the masks of what counts.</summary>
internal sealed class ConditionalBatch
{
    private readonly EncodedRows _rows;
    private readonly EncodedColumn[] _columns;
    private readonly ConditionalInput _input;
    private readonly GaussianProcess _process;
    private readonly AbsorbingProcess _absorbing;
    private readonly ConditionalSettings _settings;
    private readonly float[] _shares;
    private readonly ComputedCells? _computed;
    private readonly bool[] _isHidden;
    private readonly float[] _uniforms;
    private readonly float[] _normals;
    private readonly float[] _known;
    private readonly float[] _states;
    private readonly int _slots;
    private readonly int _categorical;

    public ConditionalBatch(EncodedRows rows, ConditionalInput input, GaussianProcess process, ConditionalSettings settings)
    {
        _rows = rows;
        _columns = [.. rows.Columns];
        _input = input;
        _process = process;
        _absorbing = new AbsorbingProcess(process.Schedule.Steps);
        _settings = settings;
        _shares = HidingShares.Of(rows, settings.OnlyMissingColumns);
        _computed = ComputedCells.Of(rows.Encoder);
        _isHidden = new bool[_columns.Length];
        // For each row: one number per cell, then the share to hide, the one to hide at least, the kind of level, the level.
        _uniforms = new float[settings.BatchSize * (2 * _columns.Length + 4)];
        _normals = new float[settings.BatchSize * _columns.Length];
        _known = new float[_columns.Length];
        _states = new float[_columns.Length];
        _slots = rows.Encoder.SlotCount;
        _categorical = _columns.Count(column => column.Scaler is null);
    }

    /// <summary>How many cells are to be predicted in the batch that was made last.</summary>
    public int Hidden { get; private set; }

    /// <summary>Writes one batch.</summary>
    /// <param name="order">Which rows.</param>
    /// <param name="random">This step's random stream.</param>
    /// <param name="input">[rows, <see cref="ConditionalInput.Width"/>].</param>
    /// <param name="target">[rows, slots].</param>
    /// <param name="numbers">[rows, slots]: 1 where a number is to be predicted.</param>
    /// <param name="categories">[rows, categorical columns]: 1 where a category is to be predicted.</param>
    public void Fill(RowOrder order, Philox random, Span<float> input, Span<float> target, Span<float> numbers, Span<float> categories)
    {
        random.Fork(0).FillUniform(_uniforms);
        random.Fork(1).FillNormal(_normals);
        target.Clear();
        numbers.Clear();
        categories.Clear();
        Hidden = 0;
        int width = _columns.Length, perRow = 2 * width + 4;
        for (int row = 0; row < _settings.BatchSize; row++)
        {
            FillRow(
                _rows.Row(order.Next()),
                _uniforms.AsSpan(row * perRow, perRow),
                _normals.AsSpan(row * width, width),
                input.Slice(row * _input.Width, _input.Width),
                target.Slice(row * _slots, _slots),
                numbers.Slice(row * _slots, _slots),
                categories.Slice(row * _categorical, _categorical));
        }
    }

    private void FillRow(
        ReadOnlySpan<float> cells,
        ReadOnlySpan<float> uniforms,
        ReadOnlySpan<float> normals,
        Span<float> input,
        Span<float> target,
        Span<float> numbers,
        Span<float> categories)
    {
        int width = cells.Length, levels = _process.Schedule.Steps;
        ReadOnlySpan<float> last = uniforms[(2 * width)..];
        double share = last[0] * _settings.MostHidden;
        bool isFull = last[2] < _settings.FullNoiseShare || levels == 1;
        int level = isFull ? levels : 1 + Math.Min(levels - 2, (int)(last[3] * (levels - 1)));
        int certain = OneObserved(cells, last[1]);
        if (_computed is not null && certain >= 0)
            certain = _computed.SourceOf(certain);
        for (int i = 0; i < width; i++)
            _isHidden[i] = !float.IsNaN(cells[i]) && (uniforms[i] < share * _shares[i] || i == certain);
        _computed?.Follow(cells, _isHidden);

        _states.AsSpan().Fill(float.NaN);
        int category = 0;
        for (int i = 0; i < width; i++)
        {
            EncodedColumn column = _columns[i];
            bool isNumber = column.Scaler is not null;
            float cell = cells[i];
            bool isHidden = _isHidden[i];
            // A category is either known or not at any level; one that is kept tells as much as one never hidden.
            if (isHidden && !isNumber && level < levels && uniforms[width + i] < _absorbing.Kept(level))
                isHidden = false;
            _known[i] = isHidden ? float.NaN : cell;
            if (isHidden && isNumber)
            {
                numbers[column.FirstSlot] = 1;
                if (level == levels)
                {
                    target[column.FirstSlot] = cell;
                }
                else
                {
                    double state = _process.Diffuse(cell, normals[i], level);
                    _states[i] = LinearEstimate(_process, state, level);
                    target[column.FirstSlot] = (float)_process.NegativeVelocityFromData(cell, state, level);
                }
            }
            else if (isHidden)
            {
                target[column.FirstSlot + (int)cell] = 1;
                categories[category] = 1;
            }
            Hidden += isHidden ? 1 : 0;
            category += isNumber ? 0 : 1;
        }
        _input.Write(_known, level == levels ? [] : _states, (float)level / levels, input);
    }

    /// <summary>The best linear estimate of x_0 from x_t alone for data of size one: how a noisy state enters the network.</summary>
    public static float LinearEstimate(GaussianProcess process, double state, int level) =>
        (float)(process.Schedule.Signal(level) * state / (process.Size(level) * process.Size(level)));

    /// <summary>One of the observed cells that are hidden now and then; -1 where there is none.</summary>
    private int OneObserved(ReadOnlySpan<float> cells, float uniform)
    {
        int observed = 0;
        for (int i = 0; i < cells.Length; i++)
            observed += float.IsNaN(cells[i]) || _shares[i] == 0 ? 0 : 1;
        int left = (int)(uniform * observed);
        for (int i = 0; i < cells.Length; i++)
        {
            if (!float.IsNaN(cells[i]) && _shares[i] > 0 && left-- == 0)
                return i;
        }
        return -1;
    }
}
