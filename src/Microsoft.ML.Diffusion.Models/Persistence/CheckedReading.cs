using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Models.Persistence;

/// <summary>Reads of numbers that may have been changed: each says what it expects, and memory follows the bytes that are there.</summary>
/// <remarks>A checksum tells damage, not malice. So a loader believes nothing that it has not checked: no count before it knows that so
/// many bytes follow, no place before it knows that something is there, no number before it knows that it is finite.</remarks>
internal static class CheckedReading
{
    /// <summary>The sentence about a model that holds something impossible.</summary>
    /// <param name="what">What is wrong, as the rest of a sentence.</param>
    public static InvalidDataException Damaged(string what) => new($"The saved model is damaged: {what}.");

    /// <summary>A text of a model as a sentence may show it: control characters become question marks, and it is cut.</summary>
    public static string Shown(string text) =>
        string.Concat(text.Take(40).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));

    /// <summary>Refuses a model.</summary>
    /// <exception cref="InvalidDataException">The condition does not hold.</exception>
    public static void Require([DoesNotReturnIf(false)] bool condition, string what)
    {
        if (!condition)
            throw Damaged(what);
    }

    /// <summary>Reads how many items follow.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="leastBytes">How many bytes an item takes at least, 1 or more.</param>
    /// <param name="items">What they are, in a sentence.</param>
    public static int ReadCount(this BinaryReader reader, int leastBytes, string items)
    {
        int count = reader.ReadInt32();
        bool isThere = !reader.BaseStream.CanSeek || (long)count * leastBytes <= reader.BaseStream.Length - reader.BaseStream.Position;
        Require(count >= 0 && isThere, $"it claims {count} {items}, more than there are bytes for");
        return count;
    }

    /// <summary>Reads a count and that many items.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="leastBytes">How many bytes an item takes at least, 1 or more.</param>
    /// <param name="items">What they are, in a sentence.</param>
    /// <param name="read">Reads the item of a place.</param>
    public static T[] ReadItems<T>(this BinaryReader reader, int leastBytes, string items, Func<BinaryReader, T> read)
    {
        int count = reader.ReadCount(leastBytes, items);
        var all = new List<T>(Math.Min(count, 1024));
        for (int i = 0; i < count; i++)
            all.Add(read(reader));
        return [.. all];
    }

    /// <summary>Reads a whole number of a range.</summary>
    public static int ReadBetween(this BinaryReader reader, int least, int most, string what)
    {
        int value = reader.ReadInt32();
        Require(value >= least && value <= most, $"{what} is {value}, and should be from {least} to {most}");
        return value;
    }

    /// <summary>Reads a place among some items.</summary>
    public static int ReadPlace(this BinaryReader reader, int count, string what)
    {
        int place = reader.ReadInt32();
        Require((uint)place < (uint)count, $"{what} is {place}, and there are {count}");
        return place;
    }

    /// <summary>Reads a kind that is stored as a byte.</summary>
    public static T ReadKind<T>(this BinaryReader reader, string what)
        where T : struct, Enum
    {
        int number = reader.ReadByte();
        var kind = (T)Enum.ToObject(typeof(T), number);
        Require(Enum.IsDefined(kind), $"there is no {what} of number {number}");
        return kind;
    }

    /// <summary>Reads a number that must be finite.</summary>
    public static double ReadFinite(this BinaryReader reader, string what)
    {
        double value = reader.ReadDouble();
        Require(double.IsFinite(value), $"{what} is not a finite number");
        return value;
    }

    /// <summary>Reads an array of finite numbers.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="what">What they are, in a sentence.</param>
    /// <param name="length">How many there must be; null for any number.</param>
    public static float[] ReadFiniteSingles(this BinaryReader reader, string what, int? length = null)
    {
        float[] values = reader.ReadArray<float>();
        Require(length is null || values.Length == length, $"there are {values.Length} {what}, and should be {length}");
        Require(Array.TrueForAll(values, float.IsFinite), $"one of the {what} is not a finite number");
        return values;
    }

    /// <inheritdoc cref="ReadFiniteSingles"/>
    public static double[] ReadFiniteDoubles(this BinaryReader reader, string what, int? length = null)
    {
        double[] values = reader.ReadArray<double>();
        Require(length is null || values.Length == length, $"there are {values.Length} {what}, and should be {length}");
        Require(Array.TrueForAll(values, double.IsFinite), $"one of the {what} is not a finite number");
        return values;
    }

    /// <summary>Reads places that ascend, none twice.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="count">How many items there are.</param>
    /// <param name="what">What the places are, in a sentence.</param>
    public static int[] ReadAscendingPlaces(this BinaryReader reader, int count, string what)
    {
        int[] places = reader.ReadArray<int>();
        bool isSound = Ascend(places) && (places.Length == 0 || (places[0] >= 0 && places[^1] < count));
        Require(isSound, $"the {what} are not places in ascending order");
        return places;
    }

    /// <summary>Whether each value is above the one before.</summary>
    public static bool Ascend<T>(ReadOnlySpan<T> values)
        where T : IComparable<T>
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i].CompareTo(values[i - 1]) <= 0)
                return false;
        }
        return true;
    }

    /// <inheritdoc cref="Ascend{T}(ReadOnlySpan{T})"/>
    public static bool Ascend<T>(T[] values)
        where T : IComparable<T> => Ascend<T>(values.AsSpan());

    /// <summary>Runs a loader, and makes one kind of exception of everything that reading damaged bytes may throw.</summary>
    /// <exception cref="InvalidDataException">The bytes are cut short or damaged.</exception>
    public static T Guard<T>(Func<T> load)
    {
        try
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            return load();
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The saved model is cut short: the file ends before the model does.", e);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or ArithmeticException
            or InvalidOperationException or IndexOutOfRangeException or InsufficientExecutionStackException)
        {
            throw new InvalidDataException("The saved model is damaged: its parts contradict each other.", e);
        }
    }
}
