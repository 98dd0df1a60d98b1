namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    public class Options
    {
        public bool AllowQuoting;
        public bool AllowSparse;
        public char[] Separators = ['\t'];
        public char DecimalMarker = '.';
        public char EscapeChar = '"';
        public Column[] Columns;
        public bool TrimWhitespace;
        public bool HasHeader;

        // Whether an empty field of a Single or Double column is NaN; 0 otherwise.
        public bool MissingRealsAsNaNs;

        // Whether a quoted field may go on over line ends.
        public bool ReadMultilines;
        public long? MaxRows;

        // The number of fields of a line; counted in the file where it is needed and not given.
        public int? InputSize;
    }

    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            Name = name ?? throw new ArgumentNullException(nameof(name));
            DataKind = dataKind;
            Source = source ?? throw new ArgumentNullException(nameof(source));
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;
    }

    // Fields of a line from Min to Max, both included; to the end of the line where Max is null.
    public sealed class Range
    {
        public int Min;
        public int? Max;

        // A vector even of a single field.
        public bool ForceVector;

        public Range()
        {
        }

        public Range(int index) : this(index, index)
        {
        }

        public Range(int min, int? max)
        {
            if (min < 0 || max < min)
                throw new ArgumentOutOfRangeException(nameof(min), $"A range from {min} to {max} is not one of fields.");
            Min = min;
            Max = max;
            ForceVector = max == null;
        }
    }
}
