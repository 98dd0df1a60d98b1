using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>How a column may be read, as what it was found to be; a pass over its cells decides.</summary>
internal abstract class ColumnCandidate(int index, string name, MissingMarks marks)
{
    /// <summary>Place in the file, counted from 0.</summary>
    protected int Index { get; } = index;

    /// <summary>Name from the header.</summary>
    protected string Name { get; } = name;

    /// <summary>What stands for a missing value.</summary>
    protected MissingMarks Marks { get; } = marks;

    /// <summary>Looks at the cells of a block.</summary>
    public abstract void Look(CsvDocument block);

    /// <summary>What the column is.</summary>
    /// <exception cref="InputException">A cell is no number where the user says that all are.</exception>
    public abstract ColumnFinding ToFinding();

    /// <summary>A column of categories, or one that is left as it is.</summary>
    /// <param name="index">Place in the file, counted from 0.</param>
    /// <param name="name">Name from the header.</param>
    /// <param name="marks">What stands for a missing value.</param>
    /// <param name="use">What it is to the model.</param>
    /// <param name="kept">Texts that mean "missing" and stay as they are.</param>
    /// <param name="profile">What was found out about the column; null where that is not needed.</param>
    /// <param name="merged">What stands for the spellings of a category; null where each is one of its own.</param>
    public sealed class Texts(
        int index, string name, MissingMarks marks, ColumnUse use, IReadOnlyCollection<string> kept, ColumnProfile? profile = null,
        MergedSpellings? merged = null)
        : ColumnCandidate(index, name, marks)
    {
        private long _missing;

        /// <inheritdoc/>
        public override void Look(CsvDocument block) => _missing += Marks.Count(block, Index);

        /// <inheritdoc/>
        public override ColumnFinding ToFinding() =>
            new(Index, Name, use, Marks)
            {
                Missing = _missing,
                Profile = profile,
                Kept = kept.ToHashSet(StringComparer.Ordinal),
                Merged = merged,
                Format = merged is null ? null : CellFormat.OfMergedCategories(Name),
            };
    }

    /// <summary>A column of plain numbers, as the user says or as its cells show.</summary>
    /// <param name="index">Place in the file, counted from 0.</param>
    /// <param name="name">Name from the header.</param>
    /// <param name="marks">What stands for a missing value.</param>
    /// <param name="why">Why every cell must be a number, for messages.</param>
    public sealed class Numbers(int index, string name, MissingMarks marks, string why) : ColumnCandidate(index, name, marks)
    {
        private readonly NumberModelColumn _numbers = new(index, name, marks, words: null, why: why);

        /// <inheritdoc/>
        public override void Look(CsvDocument block) => _numbers.Look(block);

        /// <inheritdoc/>
        public override ColumnFinding ToFinding() => (_numbers.Refusal ?? _numbers.Rounding) is { } refusal ? throw refusal
            : new(Index, Name, ColumnUse.Numeric, Marks) { Missing = _numbers.Missing, Format = _numbers.Own, Numbers = _numbers };
    }

    /// <summary>A column of numbers, dates, amounts and the like that are written as another file or a model has them.</summary>
    public sealed class Known : ColumnCandidate
    {
        private readonly NumberModelColumn? _plain;
        private readonly CodedModelColumn? _coded;

        /// <param name="index">Place in the file, counted from 0.</param>
        /// <param name="name">Name from the header.</param>
        /// <param name="marks">What stands for a missing value.</param>
        /// <param name="format">How they are written there.</param>
        /// <param name="origin">What the other file or the model is called in messages.</param>
        public Known(int index, string name, MissingMarks marks, CellFormat format, string origin)
            : base(index, name, marks)
        {
            string why = $"{origin} has it as a column of {(format.Entry is { } known ? known.Role.ToName() : "numbers")}";
            if (format.Entry is { } entry)
                _coded = new CodedModelColumn(index, name, marks, entry.MissingMarks, format, why);
            else
                _plain = new NumberModelColumn(index, name, marks, format.Marks ?? [], format, why);
        }

        private ModelColumn Column => _coded ?? (ModelColumn)_plain!;

        /// <inheritdoc/>
        public override void Look(CsvDocument block) => Column.Look(block);

        /// <inheritdoc/>
        public override ColumnFinding ToFinding() => Column.Refusal is { } refusal
            ? throw refusal
            : new(Index, Name, ColumnUse.Numeric, Marks)
            {
                Missing = Column.Missing, Format = _coded?.Own ?? _plain!.Own, Numbers = Column,
            };
    }

    /// <summary>A column of numbers, dates, amounts and the like: plain where it can be, since a plain column keeps its own decimals; what is
    /// spelt otherwise has a codec.</summary>
    public sealed class Measures : ColumnCandidate
    {
        private readonly NumberModelColumn? _plain;
        private readonly CodedModelColumn? _coded;
        private readonly string[] _words;
        private readonly bool _isAmount;
        private long _missing;
        private bool _differs;

        /// <param name="index">Place in the file, counted from 0.</param>
        /// <param name="marks">What stands for a missing value.</param>
        /// <param name="profile">What the column was found to be.</param>
        /// <param name="words">Words that mean "missing" in it.</param>
        /// <param name="mayBePlain">Whether it may be one of plain numbers.</param>
        public Measures(int index, MissingMarks marks, ColumnProfile profile, string[] words, bool mayBePlain)
            : base(index, profile.Name, marks)
        {
            _words = words;
            _isAmount = profile.Role == ColumnRole.Amount;
            if (mayBePlain)
                _plain = new NumberModelColumn(index, profile.Name, marks, words);
            if (profile.Role != ColumnRole.Empty)
                _coded = new CodedModelColumn(index, profile.Name, marks, words, CellFormat.Any with { Entry = profile.Entry },
                    why: null);
        }

        private bool IsPlain => _plain is { HasOthers: false } && !_differs;

        /// <inheritdoc/>
        public override void Look(CsvDocument block)
        {
            _missing += Marks.Count(block, Index);
            if (IsPlain)
                _plain!.Look(block);
            _coded?.Look(block);

            // 1,234 may be one and a bit or a thousand and more; the codec has looked at all cells.
            for (int row = 0; _isAmount && IsPlain && row < block.RowCount; row++)
            {
                _plain!.IsMissing(block, row, out double plain);
                _coded!.IsMissing(block, row, out double coded);
                _differs = !double.IsNaN(plain) && coded != plain;
            }
        }

        /// <inheritdoc/>
        public override ColumnFinding ToFinding()
        {
            if (IsPlain)
            {
                string[] unusual = [.. _words.Where(word => !MissingWords.IsCertain(word)).Order(StringComparer.Ordinal)];
                CellFormat format = unusual.Length == 0 ? _plain!.Own : _plain!.Own with { Marks = unusual };
                return (_plain.Refusal ?? _plain.Rounding) is { } refusal ? throw refusal
                    : new ColumnFinding(Index, Name, ColumnUse.Numeric, Marks)
                    {
                        Missing = _plain.Missing,
                        Format = format,
                        Numbers = _plain,
                    };
            }

            return _coded is null
                ? new ColumnFinding(Index, Name, ColumnUse.None, Marks) { Missing = _missing }
                : new ColumnFinding(Index, Name, ColumnUse.Numeric, Marks)
                {
                    Missing = _coded.Missing,
                    Format = _coded.Own,
                    Numbers = _coded,
                };
        }
    }
}
