"""The families of reasoning-gym whose verifiers Ratchet asks.

Each was read (version 0.1.25): it evaluates nothing as code, and gives 1.0 to no wrong answer that
is more than a right one with words around it. Left out: what evaluates the model's answer
(simple_integration, intermediate_integration, polynomial_multiplication, puzzle24, countdown,
string_insertion, spiral_matrix, binary_matrix, n_queens) or the question's data (number_sorting,
bitwise_arithmetic), what takes wrong answers (game_of_life_halting any text, coin_flip any number
that begins alike, figlet_font ten right letters, letter_jumble and word_sorting further words,
boxnet what moves one box, complex_arithmetic "nan", gsm_symbolic a number of the other sign), and
what needs large data (arc_agi, arc_1d, rearc, list_functions).
"""

__all__ = ["VERIFIED"]

_NAMES = """
    ab acre advanced_geometry aiw base_conversion basic_arithmetic bf binary_alternation
    caesar_cipher calendar_arithmetic chain_sum circuit_logic codeio color_cube_rotation
    count_bits count_primes course_schedule cryptarithm decimal_arithmetic
    decimal_chain_sum dice emoji_mystery family_relationships fraction_simplification futoshiki
    game_of_life gcd graph_color group_anagrams isomorphic_strings jugs kakurasu
    knight_swap knights_knaves largest_island lcm leg_counting letter_counting mahjong_puzzle
    manipulate_matrix maze mini_sudoku modulo_grid needle_haystack number_filtering number_format
    number_sequence palindrome_generation palindrome_partitioning path_star polynomial_equations
    pool_matrix power_function prime_factorization products propositional_logic quantum_lock
    ransom_note rectangle_count rotate_matrix rotten_oranges rubiks_cube rush_hour self_reference
    sentence_reordering shortest_path simple_equations simple_geometry sokoban spell_backward
    string_manipulation string_splitting string_synthesis sudoku survo syllogism time_intervals
    tower_of_hanoi tsumego word_ladder word_sequence_reversal zebra_puzzles
"""

VERIFIED = frozenset(_NAMES.split())
