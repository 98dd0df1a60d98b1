namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What may stand at one position of a key: one character always, or digits, large and small letters.</summary>
/// <param name="Fixed">The character that always stands here; 0 where it changes.</param>
/// <param name="HasDigits">Digits stand here.</param>
/// <param name="HasZero">The digit 0 stands here; without, digits are 1 to 9.</param>
/// <param name="HasUpper">Large letters A to Z stand here.</param>
/// <param name="HasLower">Small letters a to z stand here.</param>
/// <param name="IsHexadecimal">The letters are A to F.</param>
public readonly record struct KeyCharacter(char Fixed, bool HasDigits, bool HasZero, bool HasUpper, bool HasLower, bool IsHexadecimal)
{
    /// <summary>A position where one character was seen.</summary>
    internal static KeyCharacter Of(char c) => new(
        c, char.IsAsciiDigit(c), c == '0', char.IsAsciiLetterUpper(c), char.IsAsciiLetterLower(c), char.IsAsciiHexDigit(c));

    /// <summary>Number of characters that may stand here.</summary>
    public int Choices => Fixed != 0 ? 1 : Digits + ((HasUpper ? 1 : 0) + (HasLower ? 1 : 0)) * Letters;

    private int Digits => HasDigits ? (HasZero ? 10 : 9) : 0;

    private int Letters => IsHexadecimal && HasDigits ? 6 : 26;

    /// <summary>One of the characters, 0 to <see cref="Choices"/> - 1.</summary>
    public char Pick(int index)
    {
        if (Fixed != 0)
            return Fixed;
        if (index < Digits)
            return (char)((HasZero ? '0' : '1') + index);
        index -= Digits;
        return HasUpper && index < Letters ? (char)('A' + index) : (char)('a' + (index - (HasUpper ? Letters : 0)));
    }

    /// <summary>The position with one more character seen; false where other signs than digits and letters change.</summary>
    internal bool TryWiden(char c, out KeyCharacter wider)
    {
        KeyCharacter other = Of(c);
        wider = this;
        if (Fixed == c)
            return true;
        bool changing = HasDigits || HasUpper || HasLower;
        if (!changing || !(other.HasDigits || other.HasUpper || other.HasLower))
            return false;
        wider = new KeyCharacter('\0', HasDigits || other.HasDigits, HasZero || other.HasZero, HasUpper || other.HasUpper, HasLower
            || other.HasLower,
            IsHexadecimal && other.IsHexadecimal);
        return true;
    }
}
